import { expected } from "../errors.ts";
import { requireClasses } from "../methods/index.ts";
import type { Recipe } from "./fields.ts";

/**
 * How many examples of each class every batch has at least, length K; undefined where nothing was requested.
 *
 * @param train its classes, and n_j of them
 * @throws ArgumentError for a class that is not there, with the nearest, or that has no example
 */
export function batchMinimum(
  { minPerBatch }: Pick<Recipe, "minPerBatch">,
  train: { readonly classNames: readonly string[]; readonly counts: readonly number[] },
): number[] | undefined {
  if (minPerBatch === undefined) return undefined;
  const { classNames, counts } = train;
  requireClasses("minPerBatch", Object.keys(minPerBatch), classNames);
  const empty = classNames.find((name, j) => Object.hasOwn(minPerBatch, name) && counts[j] === 0);
  if (empty !== undefined) {
    const advice = "Leave it out, or give it training examples.";
    throw expected("recipe", "minPerBatch", "to be a class with training examples", empty, advice);
  }
  return classNames.map((name) => (Object.hasOwn(minPerBatch, name) ? minPerBatch[name]! : 0));
}

/**
 * Refuses more examples of some classes than a batch has.
 *
 * @throws ArgumentError
 */
export function requireRoom({
  minPerBatch = {},
  batchSize,
}: Pick<Recipe, "minPerBatch" | "batchSize">): void {
  const sum = Object.values(minPerBatch).reduce((total, count) => total + count, 0);
  if (sum <= batchSize) return;
  const what = `to be at most ${batchSize} in all, the size of a batch`;
  throw expected("recipe", "minPerBatch", what, sum, "Ask for fewer, or take larger batches.");
}
