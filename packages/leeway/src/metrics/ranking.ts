import { expected } from "../errors.ts";

/**
 * The class with the highest score of each example; the first of those that tie.
 *
 * @param scores  [N, K] row by row, finite
 * @param classes K
 * @returns length N
 * @throws ArgumentError if `scores` does not divide into rows of K, or holds a number that is not finite
 */
export function topClasses(scores: Float32Array, classes: number): Int32Array {
  const examples = requireScores("topClasses", scores, classes);
  const top = new Int32Array(examples);
  for (let i = 0; i < examples; i++) {
    const start = i * classes;
    let best = 0;
    for (let j = 1; j < classes; j++) if (scores[start + j]! > scores[start + best]!) best = j;
    top[i] = best;
  }
  return top;
}

/**
 * Share of the examples whose true class is among the k highest scores; of classes that tie, the first ranks
 * higher, as in `topClasses`.
 *
 * @param scores [N, K] row by row, finite
 * @param labels true classes, length N
 * @param k      in [1, K]
 * @returns a fraction
 * @throws ArgumentError if a shape, a label or `k` does not fit, a score is not finite, or there is no example
 */
export function topKAccuracy(
  scores: Float32Array,
  labels: ArrayLike<number>,
  { k, classes }: { readonly k: number; readonly classes: number },
): number {
  const examples = requireScores("topKAccuracy", scores, classes);
  requireLabels("topKAccuracy", labels, { classes, examples });
  if (!Number.isSafeInteger(k) || k < 1 || k > classes) {
    throw expected("topKAccuracy", "k", `to be a whole number from 1 to ${classes}`, k);
  }
  let hits = 0;
  for (let i = 0; i < examples; i++) {
    const start = i * classes;
    const label = labels[i]!;
    const own = scores[start + label]!;
    let above = 0;
    for (let j = 0; j < classes; j++) {
      const score = scores[start + j]!;
      if (score > own || (score === own && j < label)) above++;
    }
    if (above < k) hits++;
  }
  return hits / examples;
}

/**
 * Checks scores at a public border.
 *
 * @returns N
 * @throws ArgumentError if `scores` does not divide into rows of K, or holds a number that is not finite
 */
export function requireScores(where: string, scores: Float32Array, classes: number): number {
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw expected(where, "classes", "to be a whole number of at least 1", classes);
  }
  if (scores.length % classes !== 0) {
    throw expected(where, "scores", `to be rows of ${classes}`, `${scores.length} numbers`);
  }
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i]!)) {
      const index = `scores[${Math.floor(i / classes)}][${i % classes}]`;
      const advice = "The model has diverged; lower the learning rate.";
      throw expected(where, index, "to be finite", scores[i], advice);
    }
  }
  return scores.length / classes;
}

/**
 * Checks the labels of scored examples at a public border.
 *
 * @throws ArgumentError if there is no example, the lengths differ, or a label is no class
 */
export function requireLabels(
  where: string,
  labels: ArrayLike<number>,
  { classes, examples }: { readonly classes: number; readonly examples: number },
): void {
  if (examples === 0) throw expected(where, "labels", "to be at least one", 0);
  if (labels.length !== examples) throw expected(where, "labels", `to be ${examples}`, labels.length);
  for (let i = 0; i < examples; i++) {
    const label = labels[i]!;
    if (!Number.isSafeInteger(label) || label < 0 || label >= classes) {
      throw expected(where, `labels[${i}]`, `to be a whole number from 0 to ${classes - 1}`, label);
    }
  }
}
