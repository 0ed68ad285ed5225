import { expected } from "../errors.ts";
import { requireCounts, type ClassCounts } from "./class-counts.ts";

/** The margin of the rarest class, of cosines. */
export const defaultMaxMargin = 0.5;

/** p of margins Δ_j ∝ n_j^(-p), which Cao et al. derive. */
export const defaultExponent = 0.25;

/**
 * Label-distribution-aware margins Δ_j = C · n_j^(-p): the rarer the class, the wider its margin.
 *
 * The exponent p = 1/4 is the γ that minimises 1/(γ₁√n₁) + 1/(γ₂√n₂) for a fixed γ₁ + γ₂.
 * C is not given directly: it is chosen so that the rarest class gets `maxMargin`.
 *
 * @param counts    n_j, length K
 * @param maxMargin margin of the rarest class, in logits before the loss's `scale`; above 0
 * @param exponent  p, at least 0: 1/4 as in the paper, 1/3 where error falls as 1/n, 0 for equal margins
 * @returns Δ, length K, in label order; its largest entry is `maxMargin`
 * @throws ArgumentError if a count is below 1, `maxMargin` is not above 0 or `exponent` is below 0
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eqs. 11 and 13
 */
export function ldamMargins(
  counts: ClassCounts,
  { maxMargin = defaultMaxMargin, exponent = defaultExponent } = {},
): Float64Array {
  requireCounts("ldamMargins", counts);
  requireShape("ldamMargins", maxMargin, exponent);
  const rarest = Math.min(...counts);
  return Float64Array.from(counts, (n) => maxMargin * (rarest / n) ** exponent);
}

/**
 * C of {@link ldamMargins}: the margin that a class with a single example would have, Δ_j = C · n_j^(-p).
 *
 * @param maxMargin margin of the rarest class, above 0
 * @param exponent  p, at least 0
 * @throws ArgumentError if a count is below 1, `maxMargin` is not above 0 or `exponent` is below 0
 */
export function marginConstant(
  counts: ClassCounts,
  { maxMargin = defaultMaxMargin, exponent = defaultExponent } = {},
): number {
  requireCounts("marginConstant", counts);
  requireShape("marginConstant", maxMargin, exponent);
  return maxMargin * Math.min(...counts) ** exponent;
}

/**
 * Margins for a test set that is known to be imbalanced, Δ_j ∝ (n'_j / n_j)^p: what counts is how much rarer a
 * class is in training than in the test. With equal n'_j these are {@link ldamMargins}, with n' = n all are equal.
 *
 * @param counts     n_j, length K
 * @param testCounts n'_j, length K, examples or shares of the test set: at least 0, one of them above
 * @param maxMargin  the largest margin, above 0
 * @param exponent   p, at least 0
 * @returns Δ, length K; 0 for a class that the test set has not
 * @throws ArgumentError if a number is out of its range or the lengths differ
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eq. 15
 */
export function testPriorMargins(
  counts: ClassCounts,
  testCounts: readonly number[],
  { maxMargin = defaultMaxMargin, exponent = defaultExponent } = {},
): Float64Array {
  const where = "testPriorMargins";
  requireCounts(where, counts);
  requireShape(where, maxMargin, exponent);
  if (testCounts.length !== counts.length) {
    throw expected(
      where,
      "testCounts",
      `to be of ${counts.length} classes, as many as counts has`,
      testCounts.length,
    );
  }
  testCounts.forEach((count, j) => {
    if (!(count >= 0 && count < Infinity))
      throw expected(where, `testCounts[${j}]`, "to be at least 0", count);
  });
  const odds = counts.map((n, j) => testCounts[j]! / n); // as long as counts: checked above
  const largest = Math.max(...odds);
  if (largest === 0) throw expected(where, "testCounts", "to be above 0 for some class", testCounts);
  return Float64Array.from(odds, (each) => (each === 0 ? 0 : maxMargin * (each / largest) ** exponent));
}

/**
 * The same margin for every class: what LDAM is measured against.
 *
 * @param classes K, at least 2
 * @param margin  Δ, in logits before the loss's `scale`; at least 0
 * @returns Δ, length K
 * @throws ArgumentError if `classes` is below 2 or `margin` below 0
 * @source Cao et al. 2019 (arXiv:1906.07413v2), section 4, the baseline M-DRW
 */
export function uniformMargins(classes: number, margin: number): Float64Array {
  if (!Number.isSafeInteger(classes) || classes < 2) {
    throw expected("uniformMargins", "classes", "to be a whole number of at least 2", classes);
  }
  if (!(margin >= 0 && margin < Infinity)) {
    throw expected("uniformMargins", "margin", "to be at least 0", margin);
  }
  return new Float64Array(classes).fill(margin);
}

function requireShape(where: string, maxMargin: number, exponent: number): void {
  if (!(maxMargin > 0 && maxMargin < Infinity)) {
    throw expected(where, "maxMargin", "to be above 0", maxMargin);
  }
  if (!(exponent >= 0 && exponent < Infinity)) {
    throw expected(where, "exponent", "to be at least 0", exponent, "1/4 is the paper's.");
  }
}
