import { finishedRun } from "../analysis/index.ts";
import { RunError } from "../errors.ts";
import { type Recipe, recipeFor, type RecipeOptions } from "../recipe/index.ts";
import { goodnessOf, scoreOf } from "../runs/index.ts";
import type { StoredRun } from "../storage/index.ts";

/** Learning rates that are tried, as multiples of the default. */
const rates = [1, 3] as const;
/** What is tried of a method's own options besides the value they have; of the first that it has. */
const alternatives = { scale: 10, tau: 0.5 } as const;

/**
 * The recipes that a search compares, the default one first: two learning rates, each with two values of what matters
 * most besides. That is the scale of cosine logits or the strength of logit adjustment where the method has one of
 * them, else weight decay. So every method, the plain ones too, is given the same number of tries.
 *
 * @param options of the default recipe, its method among them
 * @throws ArgumentError naming an option that is impossible
 */
export function candidatesOf(dataset: string, options: RecipeOptions): Recipe[] {
  const byDefault = recipeFor(dataset, options);
  return rates.flatMap((rate) =>
    secondChoices(byDefault).map((second) => {
      const schedule = { ...byDefault.schedule, base: rate * byDefault.schedule.base };
      return recipeFor(dataset, { ...options, ...second, schedule });
    }),
  );
}

function secondChoices({ methodOptions, weightDecay }: Recipe): readonly RecipeOptions[] {
  const found = Object.entries(alternatives).find(([option]) => option in methodOptions);
  if (found === undefined) {
    // Written as a person would: 10 x 3e-4 is 0.0029999999999999996.
    const tenfold = Number((10 * weightDecay).toPrecision(12));
    return [{ weightDecay }, { weightDecay: weightDecay === 0 ? 1e-4 : tenfold }];
  }
  const [option, value] = found;
  return [{ methodOptions }, { methodOptions: { ...methodOptions, [option]: value } }];
}

/** What a search found. */
export interface Chosen {
  readonly recipe: Recipe;
  /** The metric that its recipe selects by, on the validation split, of the best epoch. */
  readonly score: number;
  /** The folder of its run. */
  readonly run: string;
}

/**
 * The candidate that does best on the validation split, by the metric that its recipe selects by; of equal ones the
 * first. The test set has no part in it.
 *
 * @returns null while a candidate has no finished run: the best of a part would depend on which part it is
 * @throws RunError with code "run" if a run has no epoch that was measured on a validation split
 */
export function chosenOf(candidates: readonly Recipe[], runs: readonly StoredRun[]): Chosen | null {
  const tried = candidates.flatMap((recipe) => {
    const run = finishedRun(runs, recipe);
    return run === undefined ? [] : [{ recipe, ...validationScore(run), run: run.path }];
  });
  if (tried.length < candidates.length) return null;
  const best = tried.reduce<(typeof tried)[number] | null>(
    (held, each) => (held === null || each.goodness > held.goodness ? each : held),
    null,
  );
  return best && { recipe: best.recipe, score: best.score, run: best.run };
}

/** The best of a run's epochs: its value, and as a number of which more is better. */
function validationScore({ record, epochs, path }: StoredRun): { score: number; goodness: number } {
  const metric = record.recipe.selectBy ?? "balancedAccuracy";
  const scores = epochs.flatMap(({ evaluation }) => {
    if (evaluation?.split !== "validation" || evaluation.metrics.balancedAccuracy === null) return [];
    const score = scoreOf(evaluation, metric);
    return score === null ? [] : [{ score, goodness: goodnessOf(evaluation, metric) }];
  });
  const best = scores.reduce((held, each) => (each.goodness > held.goodness ? each : held), {
    score: Number.NaN,
    goodness: -Infinity,
  });
  if (scores.length > 0) return best;
  const message = `${path}: expected epochs that were measured on a validation split, got none. Hold a part of the training data out.`;
  throw new RunError("run", message, { path });
}
