import { expected } from "../errors.ts";

/** [K, K] counts: row = true class, column = predicted class. */
export type Confusion = readonly (readonly number[])[];

/**
 * How often each class was taken for each other.
 *
 * @param labels      true classes, length N, whole numbers in [0, classes)
 * @param predictions predicted classes, length N, whole numbers in [0, classes)
 * @param classes     K
 * @returns [K, K]: row = true class, column = predicted class
 * @throws ArgumentError if the lengths differ, or a label or prediction is no class
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): number[][] {
  if (predictions.length !== labels.length) {
    throw expected(
      "confusionMatrix",
      "predictions",
      `to be as many as labels, ${labels.length}`,
      predictions.length,
    );
  }
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const row = confusion[labels[i]!];
    if (row === undefined) {
      throw expected("confusionMatrix", `labels[${i}]`, `to be a class below ${classes}`, labels[i]);
    }
    const count = row[predictions[i]!];
    if (count === undefined) {
      throw expected(
        "confusionMatrix",
        `predictions[${i}]`,
        `to be a class below ${classes}`,
        predictions[i],
      );
    }
    row[predictions[i]!] = count + 1;
  }
  return confusion;
}

/** n_j, the examples of each true class: the row sums. */
export function rowSums(confusion: Confusion): number[] {
  return confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
}
