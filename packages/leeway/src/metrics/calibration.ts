import { expected } from "../errors.ts";
import { requireLabels, requireScores } from "./ranking.ts";

/**
 * Probabilities of the classes, p_j = e^{s z_j} / Σ_i e^{s z_i}.
 *
 * @param logits  z, [N, K] row by row, finite
 * @param classes K
 * @param scale   s; 1, or for cosine logits the scale of the loss they were trained with
 * @returns p, [N, K] row by row
 * @throws ArgumentError if `logits` does not divide into rows of K, or holds a number that is not finite
 */
export function softmax(logits: Float32Array, classes: number, { scale = 1 } = {}): Float32Array {
  const examples = requireScores("softmax", logits, classes);
  const probabilities = new Float32Array(logits.length);
  for (let i = 0; i < examples; i++) {
    const start = i * classes;
    let top = -Infinity;
    for (let j = start; j < start + classes; j++) top = Math.max(top, scale * logits[j]!);
    let sum = 0;
    // The top logit is taken off first: e^89 would overflow.
    for (let j = start; j < start + classes; j++) sum += Math.exp(scale * logits[j]! - top);
    for (let j = start; j < start + classes; j++) {
      probabilities[j] = Math.exp(scale * logits[j]! - top) / sum;
    }
  }
  return probabilities;
}

/**
 * Expected calibration error: how far the confidence of the predictions is from their accuracy.
 *
 *     ECE = Σ_b |B_b|/N · | accuracy(B_b) - confidence(B_b) |
 *
 * B_b holds the examples whose highest probability is in ((b-1)/bins, b/bins].
 *
 * @param probabilities [N, K] row by row, each row with sum 1
 * @param labels        true classes, length N
 * @param bins          at least 1
 * @returns a fraction
 * @throws ArgumentError if a shape or label does not fit, a probability is not finite, or there is no example
 * @source Guo et al. 2017 (arXiv:1706.04599), section 2
 */
export function expectedCalibrationError(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  { classes, bins = 15 }: { readonly classes: number; readonly bins?: number },
): number {
  const examples = requireScores("expectedCalibrationError", probabilities, classes);
  requireLabels("expectedCalibrationError", labels, { classes, examples });
  if (!Number.isSafeInteger(bins) || bins < 1) {
    throw expected("expectedCalibrationError", "bins", "to be a whole number of at least 1", bins);
  }
  const gaps = new Float64Array(bins); // Σ over the bin of (1 if right) - confidence
  for (let i = 0; i < examples; i++) {
    const start = i * classes;
    let best = 0;
    for (let j = 1; j < classes; j++) {
      if (probabilities[start + j]! > probabilities[start + best]!) best = j;
    }
    const confidence = probabilities[start + best]!;
    const bin = Math.min(bins, Math.max(1, Math.ceil(confidence * bins))) - 1;
    gaps[bin]! += (best === labels[i]! ? 1 : 0) - confidence;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / examples;
}
