import { expected } from "../errors.ts";
import { requireLabels } from "./ranking.ts";

/** Examples whose labels look wrong. */
export interface SuspectedLabels {
  /** t_j: the probability from which an example is as typical of class j as those labelled so; length K. */
  readonly thresholds: readonly number[];
  /** The class that each example rather looks like, [N]; -1 where its label stands. */
  readonly suggested: Int32Array;
}

/**
 * Labels that a network, on examples it was not trained on, holds for probably wrong: confident learning.
 *
 *     t_j = (Σ_{i: y_i = j} p_ij + t̄) / (n_j + 1)        t̄ the mean of the classes' own means
 *     suggested_i = argmax {p_ij : p_ij >= t_j}           where that is another class than y_i
 *
 * Each class has its own threshold, the mean probability that its own examples have of it. So a rare class, whose
 * probabilities never reach those of a frequent one, is suspected as soon as one is. With few examples the mean is a
 * matter of luck: it counts one more example of average confidence, and a class without any has that alone. No class
 * is left out for its size.
 *
 * @param probabilities p, [N, K] row by row, of the frequencies of the data
 * @param labels        y, length N
 * @throws ArgumentError if a shape or label does not fit
 * @source Northcutt, Jiang and Chuang 2021 (arXiv:1911.00068), section 3.1; the mean over one more example is ours
 */
export function suspectedLabels(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
): SuspectedLabels {
  const examples = labels.length;
  if (probabilities.length !== examples * classes) {
    const what = `to be ${examples} rows of ${classes}`;
    throw expected("suspectedLabels", "probabilities", what, probabilities.length);
  }
  requireLabels("suspectedLabels", labels, { classes, examples });
  const thresholds = thresholdsOf(probabilities, labels, classes);
  const suggested = new Int32Array(examples).fill(-1);
  for (let i = 0; i < examples; i++) {
    let best = -1;
    for (let j = 0; j < classes; j++) {
      const p = probabilities[i * classes + j]!;
      if (p >= thresholds[j]! && (best < 0 || p > probabilities[i * classes + best]!)) best = j;
    }
    if (best >= 0 && best !== labels[i]) suggested[i] = best;
  }
  return { thresholds, suggested };
}

function thresholdsOf(probabilities: Float32Array, labels: ArrayLike<number>, classes: number): number[] {
  const [sums, counts] = [new Array<number>(classes).fill(0), new Array<number>(classes).fill(0)];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    sums[label]! += probabilities[i * classes + label]!;
    counts[label]! += 1;
  }
  const means = sums.flatMap((sum, j) => (counts[j]! > 0 ? [sum / counts[j]!] : []));
  const middle = means.reduce((sum, mean) => sum + mean, 0) / Math.max(1, means.length);
  return sums.map((sum, j) => (sum + middle) / (counts[j]! + 1)); // as many counts
}
