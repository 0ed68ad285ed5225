import { datasetEntry } from "../data/index.ts";
import { firstStage, methodOf, stagesOf } from "../methods/index.ts";
import { recipeText } from "../records/index.ts";
import { expectedCounts, type Recipe, testPriorClasses } from "../recipe/index.ts";

/**
 * The epoch before which a run keeps its state for others: the first decay of the learning rate, or the method's
 * own second stage where that comes earlier; null where there is neither.
 *
 * @param stages of the run's method
 */
export function forkEpoch(
  { schedule, epochs }: Pick<Recipe, "schedule" | "epochs">,
  stages: readonly { readonly fromEpoch: number }[],
): number | null {
  const decay = schedule.decays[0]?.fromEpoch ?? epochs;
  const epoch = Math.min(decay, stages[1]?.fromEpoch ?? epochs);
  return epoch > 0 && epoch < epochs ? epoch : null;
}

/** The first stage of a recipe: recipes with the same `key` share it, up to `epoch`. */
export interface SharedStage {
  readonly key: string;
  /** The first epoch that is not shared. */
  readonly epoch: number;
  /** What is done to logits when they are read: evaluations in the shared epochs are those of methods with the same. */
  readonly posthoc: string;
}

/** Classes that losses are compared on where nobody knows how many there are before the data is read. */
const anyClasses = 10;

/** The first stage of a recipe; null where it has no second one. */
export function sharedStage(recipe: Recipe): SharedStage | null {
  const method = methodOf(recipe.method, recipe.methodOptions);
  // Where counts are only known once the data is read, any unequal ones tell methods apart, but not test priors.
  const known = recipe.source === undefined ? datasetEntry(recipe.dataset).classes : testPriorClasses(recipe);
  const certain = expectedCounts(recipe);
  const counts = certain ?? Array.from({ length: known ?? anyClasses }, (_, j) => j + 1);
  const epoch = forkEpoch(recipe, stagesOf(method, counts, recipe.epochs));
  if (epoch === null) return null;
  const rest = recipeText({ ...recipe, method: "any", methodOptions: {} });
  const stage = firstStage(method, counts, { epoch, epochs: recipe.epochs });
  return {
    key: JSON.stringify([rest, epoch, stage, certain === null && (method.values.testPrior ?? null)]),
    epoch,
    posthoc: JSON.stringify(method.posthoc ?? {}),
  };
}
