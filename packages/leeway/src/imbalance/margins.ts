import { expected } from "../errors.ts";
import { requireCounts, type ClassCounts } from "./class-counts.ts";

/**
 * Label-distribution-aware margins Δ_j = C · n_j^(-1/4): the rarer the class, the wider its margin.
 *
 * The exponent 1/4 is the γ that minimises 1/(γ₁√n₁) + 1/(γ₂√n₂) for a fixed γ₁ + γ₂.
 * C is not given directly: it is chosen so that the rarest class gets `maxMargin`.
 *
 * @param counts    n_j, length K
 * @param maxMargin margin of the rarest class, in logits before the loss's `scale`; above 0
 * @returns Δ, length K, in label order; its largest entry is `maxMargin`
 * @throws RangeError if a count is below 1 or `maxMargin` is not above 0
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eqs. 11 and 13
 */
export function ldamMargins(counts: ClassCounts, { maxMargin = 0.5 } = {}): Float64Array {
  requireCounts("ldamMargins", counts);
  if (!(maxMargin > 0 && maxMargin < Infinity)) {
    throw expected("ldamMargins", "maxMargin to be above 0", maxMargin);
  }
  const rarest = Math.min(...counts);
  return Float64Array.from(counts, (n) => maxMargin * (rarest / n) ** 0.25);
}

/**
 * The same margin for every class: what LDAM is measured against.
 *
 * @param classes K, at least 2
 * @param margin  Δ, in logits before the loss's `scale`; at least 0
 * @returns Δ, length K
 * @throws RangeError if `classes` is below 2 or `margin` below 0
 * @source Cao et al. 2019 (arXiv:1906.07413v2), section 4, the baseline M-DRW
 */
export function uniformMargins(classes: number, margin: number): Float64Array {
  if (!Number.isSafeInteger(classes) || classes < 2) {
    throw expected("uniformMargins", "classes to be a whole number of at least 2", classes);
  }
  if (!(margin >= 0 && margin < Infinity)) {
    throw expected("uniformMargins", "margin to be at least 0", margin);
  }
  return new Float64Array(classes).fill(margin);
}
