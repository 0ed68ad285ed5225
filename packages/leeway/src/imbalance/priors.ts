import { expected } from "../errors.ts";
import { requireCounts, type ClassCounts } from "./class-counts.ts";

/**
 * Class priors π_j = n_j / n.
 *
 * @param counts n_j, length K
 * @returns π, length K, sum 1
 * @throws ArgumentError if a count is below 1
 */
export function classPriors(counts: ClassCounts): Float64Array {
  requireCounts("classPriors", counts);
  const total = counts.reduce((sum, n) => sum + n, 0);
  return Float64Array.from(counts, (n) => n / total);
}

/**
 * The offsets of logit adjustment, ι_j = τ · log π_j: what a class's frequency alone adds to its logit.
 *
 * @param tau τ, at least 0; 1 is Fisher consistent for the balanced error
 * @returns ι, length K, in logits, none above 0
 * @throws ArgumentError if a count is below 1 or τ is negative
 * @source Menon et al. 2021 (arXiv:2007.07314), eqs. 9 and 10
 */
export function logitOffsets(counts: ClassCounts, { tau = 1 } = {}): Float64Array {
  if (!(tau >= 0 && tau < Infinity)) throw expected("logitOffsets", "tau", "to be at least 0", tau);
  return classPriors(counts).map((prior) => tau * Math.log(prior));
}

/**
 * The multipliers of vector scaling, m_j = (n_j / n_max)^γ: the rarer the class, the flatter its logit in training.
 *
 * @param gamma γ, at least 0; 0 stretches nothing
 * @returns m, length K, the most frequent class's is 1
 * @throws ArgumentError if a count is below 1 or γ is negative
 * @source Kini et al. 2021 (arXiv:2103.01550), section 5: the form they train with
 */
export function logitMultipliers(counts: ClassCounts, { gamma = 0.15 } = {}): Float64Array {
  requireCounts("logitMultipliers", counts);
  if (!(gamma >= 0 && gamma < Infinity)) {
    throw expected("logitMultipliers", "gamma", "to be at least 0", gamma);
  }
  const largest = Math.max(...counts);
  return Float64Array.from(counts, (n) => (n / largest) ** gamma);
}
