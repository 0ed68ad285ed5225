import { RunError } from "../errors.ts";
import { type Method, type MethodOptions, methodOf } from "../methods/index.ts";
import { type Recipe, recipeFor } from "../recipes/index.ts";
import type { Summary } from "../records/index.ts";
import { readRun, type StoredRun } from "../storage/index.ts";
import { requireSameContents } from "./contents.ts";
import { firstStage, firstStageDifference } from "./first-stage.ts";
import { type ForkPoint, readForkPoint } from "./fork-point.ts";
import { loadRunData } from "./session.ts";
import { recipeOf, requireSameData } from "./stored-session.ts";
import { type RunEvent, type RunOptions, runRecipe } from "./run.ts";

/**
 * Trains another method from where a run stood at the end of its first stage, into a folder of its own.
 *
 * The first stages must be the same: loss, last layer, weights, odds and regularisers up to that epoch. The
 * result is then that of training the method from the start, to the bit, at the cost of the second stage.
 * A method that reads its logits in another way (post-hoc) has no evaluations in the shared epochs.
 *
 * @param path the run's folder
 * @throws RunError with code "usage" naming how the first stages differ; with code "run" where the run kept no state
 */
export async function* forkRun(
  path: string,
  method: { readonly name: string; readonly options?: MethodOptions },
  options: Omit<RunOptions, "from">,
): AsyncGenerator<RunEvent, Summary, undefined> {
  const run = readRun(path);
  const fork = readForkPoint(run);
  const recipe = forked(run, fork, method);
  const data = options.data ?? (await loadRunData(recipe, options));
  requireSameData(run, data);
  await requireSameContents(run, data);
  const [before, after] = [methodIn(recipeOf(run)), methodIn(recipe)];
  const from = sharedPart(fork, before, after);
  return yield* runRecipe(recipe, { ...options, data, from });
}

/**
 * Refuses methods that cannot go on from a run's fork point, before anything is trained.
 *
 * @throws RunError with code "usage" naming how the first stages differ; with code "run" where the run kept no state
 */
export function requireForkable(run: StoredRun, methods: readonly string[]): void {
  const fork = readForkPoint(run);
  for (const name of methods) forked(run, fork, { name });
}

/** The recipe of a run with another method, where both train the same up to the fork point. */
function forked(
  run: StoredRun,
  { epoch }: ForkPoint,
  method: { readonly name: string; readonly options?: MethodOptions },
): Recipe {
  const own = recipeOf(run);
  const methodOptions = method.options ?? {};
  const recipe = recipeFor(own.dataset, { ...own, method: method.name, methodOptions });
  const counts = run.record.data.trainCounts;
  const [before, after] = [own, recipe].map((each) =>
    firstStage(methodIn(each), counts, { epoch, epochs: recipe.epochs }),
  );
  const difference = firstStageDifference(before!, after!); // of both
  if (difference === null) return recipe;
  const message =
    `fork: expected a method with the first stage of ${own.method} up to epoch ${epoch}, ` +
    `got ${recipe.method}, whose ${difference} differs. Train it from the start.`;
  throw new RunError("usage", message);
}

function methodIn({ method, methodOptions }: Recipe): Method {
  return methodOf(method, methodOptions);
}

/** The fork point as the new method may use it: evaluations read in another way are left out. */
function sharedPart(from: ForkPoint, before: Method, after: Method): ForkPoint {
  if (JSON.stringify(before.posthoc) === JSON.stringify(after.posthoc)) return from;
  return { ...from, epochs: from.epochs.map((epoch) => ({ ...epoch, evaluation: null })) };
}
