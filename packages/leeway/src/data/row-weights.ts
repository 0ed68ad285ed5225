import { RunError } from "../errors.ts";
import { classCounts } from "../imbalance/index.ts";
import { type Examples, positionsByClass } from "./examples.ts";

/** What each example of a source weighs in the loss. */
export interface RowWeights {
  /** The column. */
  readonly by: string;
  /** By id, each at least 0. */
  readonly values: Float32Array;
}

/**
 * The examples that count: those whose weight is above 0.
 *
 * @throws RunError with code "data" where all examples of a class weigh nothing
 */
export function withoutZeros(examples: Examples, weights: RowWeights): Examples {
  const { labels, classNames, name } = examples;
  const relative = relativeWeights(examples, weights);
  const kept = Array.from(labels.keys()).filter((i) => relative[i]! > 0); // one an example
  if (kept.length === labels.length) return examples;
  const before = classCounts(labels, classNames.length);
  const after = classCounts(
    Int32Array.from(kept, (i) => labels[i]!),
    classNames.length,
  ); // positions
  const lost = classNames.find((_, j) => before[j]! > 0 && after[j] === 0);
  if (lost === undefined) return examples.select(kept);
  const message =
    `${name}: expected a training example of "${lost}" with a weight above 0 in column "${weights.by}", ` +
    "got none. Give it weight, or leave the class out.";
  throw new RunError("data", message);
}

/**
 * What examples weigh in the loss, with mean 1; undefined where all weigh the same, which is no weighing.
 *
 * @returns [N]
 */
export function exampleWeights(
  examples: Pick<Examples, "ids">,
  weights: RowWeights,
): Float32Array | undefined {
  const relative = relativeWeights(examples, weights);
  return relative.every((weight) => weight === relative[0]) ? undefined : relative;
}

function relativeWeights({ ids }: Pick<Examples, "ids">, { values }: RowWeights): Float32Array {
  const mean = ids.reduce((sum, id) => sum + values[id]!, 0) / ids.length; // an id of the source
  return Float32Array.from(ids, (id) => values[id]! / mean); // likewise
}

/**
 * Notes on weights: their range, the class that loses most by them, and what weighs nothing.
 *
 * The examples of a class count like (Σ w)² / Σ w² of equal weight (Kish 1965): as many as they are where all weigh the
 * same, one where one of them outweighs the others.
 *
 * @param examples that are trained on, those that weigh nothing included
 */
export function weightNotes(
  examples: Pick<Examples, "labels" | "ids" | "classNames">,
  { by, values }: RowWeights,
): string[] {
  const { labels, ids, classNames } = examples;
  const all = Float64Array.from(ids, (id) => values[id]!); // an id of the source
  const worst = positionsByClass(labels, classNames.length)
    .map((positions, j) => {
      const some = positions.map((i) => all[i]!).filter((weight) => weight > 0); // a position
      return { name: classNames[j]!, count: some.length, like: countsLike(some) }; // one a class
    })
    .filter(({ count }) => count > 0)
    .reduce((least, each) => (each.like / each.count < least.like / least.count ? each : least));
  const [min, max] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  if (min === max) return [`all training rows weigh the same by "${by}", which changes nothing`];
  const shown = (value: number): string => value.toLocaleString("en-US", { maximumSignificantDigits: 4 });
  const like = Math.round(worst.like);
  const few =
    like < worst.count
      ? `; the ${shown(worst.count)} of "${worst.name}" count like ${shown(like)} of equal weight`
      : "";
  const zeros = all.filter((weight) => weight === 0).length;
  const left =
    zeros === 0
      ? []
      : [
          `${shown(zeros)} training ${zeros === 1 ? "row weighs" : "rows weigh"} 0 by "${by}" and ${zeros === 1 ? "is" : "are"} left out`,
        ];
  return [
    `training rows weigh by "${by}", from ${shown(min)} to ${shown(max)}, times their class's weight${few}`,
    ...left,
  ];
}

function countsLike(weights: readonly number[]): number {
  const [sum, squares] = weights.reduce(
    ([s, q], weight) => [s + weight, q + weight * weight] as const,
    [0, 0],
  );
  return (sum * sum) / squares;
}
