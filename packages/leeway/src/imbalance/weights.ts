import { expected } from "../errors.ts";
import { requireCounts, type ClassCounts } from "./class-counts.ts";

/** β of the effective number, as the authors of LDAM set it. */
export const defaultBeta = 0.9999;

/**
 * Class weights by the effective number of examples, w_j ∝ 1/E_j with E_j = (1 - β^n_j) / (1 - β).
 *
 * β is how much a further example overlaps with those already there: β = 0 gives equal weights,
 * β → 1 the inverse frequencies.
 *
 * @param counts n_j, length K
 * @param beta   β in [0, 1)
 * @returns w, length K, in label order, with sum K
 * @throws ArgumentError if a count is below 1 or `beta` outside [0, 1)
 * @source Cui et al. 2019 (arXiv:1901.05555), class-balanced loss; sum K as there
 */
export function effectiveNumberWeights(counts: ClassCounts, { beta = defaultBeta } = {}): Float64Array {
  requireCounts("effectiveNumberWeights", counts);
  requireBeta("effectiveNumberWeights", beta);
  // 1 - β^n through expm1, which keeps its digits where β^n is near 1; the constant 1 - β cancels.
  return meanOne(counts.map((n) => -1 / Math.expm1(n * Math.log(beta))));
}

/**
 * The effective number of examples, E_j = (1 - β^n_j) / (1 - β): from 1 for a single one to 1/(1 - β) for very many.
 *
 * @param counts n_j, length K
 * @param beta   β in [0, 1)
 * @returns E, length K
 * @throws ArgumentError if a count is below 1 or `beta` outside [0, 1)
 * @source Cui et al. 2019 (arXiv:1901.05555), Proposition 1
 */
export function effectiveNumbers(counts: ClassCounts, { beta = defaultBeta } = {}): Float64Array {
  requireCounts("effectiveNumbers", counts);
  requireBeta("effectiveNumbers", beta);
  return Float64Array.from(counts, (n) => -Math.expm1(n * Math.log(beta)) / (1 - beta));
}

/**
 * Class weights by inverse frequency, w_j ∝ 1/n_j: each class weighs the same in total.
 *
 * @param counts n_j, length K
 * @returns w, length K, in label order, with sum K
 * @throws ArgumentError if a count is below 1
 */
export function inverseFrequencyWeights(counts: ClassCounts): Float64Array {
  requireCounts("inverseFrequencyWeights", counts);
  return meanOne(counts.map((n) => 1 / n));
}

/**
 * Class weights by the square root of frequency, w_j ∝ n_j^(-1/2): half way between all alike and inverse frequency.
 * As sampling odds they draw a class by the square root of its size.
 *
 * @param counts n_j, length K
 * @returns w, length K, in label order, with sum K
 * @throws ArgumentError if a count is below 1
 * @source Mahajan et al. 2018 (arXiv:1805.00932), section 2.2; Kang et al. 2020 (arXiv:1910.09217), eq. 1 with q = 1/2
 */
export function squareRootWeights(counts: ClassCounts): Float64Array {
  requireCounts("squareRootWeights", counts);
  return meanOne(counts.map((n) => 1 / Math.sqrt(n)));
}

/**
 * Class weights by a power of frequency, w_j ∝ n_j^-p: from all alike to inverse frequency.
 *
 * @param counts n_j, length K
 * @param power  p in [0, 1]: 0 gives equal weights, 1/2 those of the square root, 1 the inverse frequencies
 * @returns w, length K, in label order, with sum K
 * @throws ArgumentError if a count is below 1 or `power` outside [0, 1]
 */
export function powerWeights(counts: ClassCounts, { power }: { readonly power: number }): Float64Array {
  requireCounts("powerWeights", counts);
  if (!(power >= 0 && power <= 1)) throw expected("powerWeights", "power", "to be in [0, 1]", power);
  return meanOne(counts.map((n) => n ** -power));
}

/**
 * Class weights times factors, w_j c_j over their mean: factors that are all alike leave every bit as it is.
 *
 * @param weights w, length K
 * @param factors c, length K, each above 0
 * @returns length K, with sum K
 */
export function multipliedWeights(weights: Float64Array, factors: Float64Array): Float64Array {
  if (factors.every((factor) => factor === factors[0])) return weights;
  return meanOne(Array.from(weights, (weight, j) => weight * factors[j]!)); // as many factors
}

function requireBeta(where: string, beta: number): void {
  if (!(beta >= 0 && beta < 1)) throw expected(where, "beta", "to be in [0, 1)", beta);
}

function meanOne(weights: readonly number[]): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return Float64Array.from(weights, (weight) => (weight * weights.length) / sum);
}
