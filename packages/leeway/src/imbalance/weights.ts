import { expected } from "../errors.ts";
import { requireCounts, type ClassCounts } from "./class-counts.ts";

/**
 * Class weights by the effective number of examples, w_j ∝ 1/E_j with E_j = (1 - β^n_j) / (1 - β).
 *
 * β is how much a further example overlaps with those already there: β = 0 gives equal weights,
 * β → 1 the inverse frequencies.
 *
 * @param counts n_j, length K
 * @param beta   β in [0, 1)
 * @returns w, length K, in label order, with sum K
 * @throws RangeError if a count is below 1 or `beta` outside [0, 1)
 * @source Cui et al. 2019 (arXiv:1901.05555), class-balanced loss; sum K as there
 */
export function effectiveNumberWeights(counts: ClassCounts, { beta = 0.9999 } = {}): Float64Array {
  requireCounts("effectiveNumberWeights", counts);
  if (!(beta >= 0 && beta < 1)) {
    throw expected("effectiveNumberWeights", "beta to be in [0, 1)", beta);
  }
  // 1 - β^n through expm1, which keeps its digits where β^n is near 1; the constant 1 - β cancels.
  return meanOne(counts.map((n) => -1 / Math.expm1(n * Math.log(beta))));
}

/**
 * Class weights by inverse frequency, w_j ∝ 1/n_j: each class weighs the same in total.
 *
 * @param counts n_j, length K
 * @returns w, length K, in label order, with sum K
 * @throws RangeError if a count is below 1
 */
export function inverseFrequencyWeights(counts: ClassCounts): Float64Array {
  requireCounts("inverseFrequencyWeights", counts);
  return meanOne(counts.map((n) => 1 / n));
}

function meanOne(weights: readonly number[]): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Float64Array.from(weights, (weight) => (weight * weights.length) / sum);
}
