import { expected } from "../errors.ts";
import { requireCounts, type ClassCounts } from "./class-counts.ts";
import { rademacherOf, type Complexity } from "./complexity.ts";

/** Bound (4) of one class. */
export interface ClassBound {
  /** R̂_j/γ_j = (1/γ_j) √(C(F)/n_j). */
  readonly complexityTerm: number;
  /** log(n)/√n_j. */
  readonly lowOrderTerm: number;
  /** The sum of both; Infinity for a margin that is not above 0. */
  readonly bound: number;
}

/** Theorem 2's three terms of one class. */
export interface TheoremTwoBound {
  /** L̂_{γ_j,j}: the share of the class's examples with a margin below γ_j. */
  readonly marginLoss: number;
  /** (4/γ_j) R̂_j(F). */
  readonly complexityTerm: number;
  /** ε_j. */
  readonly confidenceTerm: number;
  /** The sum of the three; Infinity for a margin that is not above 0. */
  readonly bound: number;
}

/** What Theorem 2 is applied to: a margin for each class, and how many examples it leaves behind. */
export interface TheoremTwoInput {
  /** γ_j, length K. */
  readonly margins: ArrayLike<number>;
  /** L̂_{γ_j,j}, length K, in [0, 1]. */
  readonly marginLosses: ArrayLike<number>;
  readonly complexity: Complexity;
  /** max |f|, the largest logit in size that the family can give; 1 for cosines. */
  readonly maxLogit: number;
}

/**
 * Bound (3): the error on test data as imbalanced as the training data is, up to a constant factor, at most
 *
 *     (1/γ_min) √(C(F)/n).
 *
 * Left out, as in the paper: the constant factor, and terms of order log(n)/√n. In the second reading of C(F) its
 * root stands for √(Σ_j (n_j R̂_j)²)/n, which is √(C(F)/n) again where R̂_j = √(C(F)/n_j).
 *
 * @param counts     n_j, length K
 * @param margins    γ_j, length K
 * @param complexity C(F) or the R̂_j
 * @returns Infinity where a margin is not above 0: the bound is for separable data
 * @throws ArgumentError if a number is out of its range or the lengths differ
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eq. 3
 */
export function imbalancedBound(
  counts: ClassCounts,
  margins: ArrayLike<number>,
  complexity: Complexity,
): number {
  requireLength("imbalancedBound", counts, { margins });
  const squares = rademacherOf(counts, complexity).map((value, j) => (counts[j]! * value) ** 2); // [K]
  const pooled = Math.sqrt(squares.reduce((sum, square) => sum + square, 0)) / total(counts);
  return overMargin(pooled, Math.min(...Array.from(margins)));
}

/**
 * Bound (4): the error of each class, up to a constant factor, at most
 *
 *     (1/γ_j) √(C(F)/n_j) + log(n)/√n_j
 *
 * with probability 1 - n^(-5). Left out, as in the paper: the constant factors of both terms (Theorem 2 has 4 in
 * front of the first), the margin loss (0 for separable data), and what depends on γ_j by log log alone.
 *
 * @param counts     n_j, length K
 * @param margins    γ_j, length K
 * @param complexity C(F) or the R̂_j
 * @returns length K
 * @throws ArgumentError if a number is out of its range or the lengths differ
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eq. 4
 */
export function classBounds(
  counts: ClassCounts,
  margins: ArrayLike<number>,
  complexity: Complexity,
): ClassBound[] {
  requireLength("classBounds", counts, { margins });
  const rademacher = rademacherOf(counts, complexity);
  const logTotal = Math.log(total(counts));
  return counts.map((n, j) => {
    const complexityTerm = overMargin(rademacher[j]!, margins[j]!); // both of length K
    const lowOrderTerm = logTotal / Math.sqrt(n);
    return { complexityTerm, lowOrderTerm, bound: complexityTerm + lowOrderTerm };
  });
}

/**
 * Theorem 2 for each class, with all its constants: with probability 1 - δ, for all margins at once, the error of
 * class j is at most
 *
 *     L̂_{γ_j,j} + (4/γ_j) R̂_j(F) + ε_j,   ε_j = √((log log₂(2 max|f|/γ_j) + log(2K/δ)) / n_j).
 *
 * Nothing is left out, but R̂_j and max|f| belong to the family, not to one network: a measured value only stands
 * for them. Where γ_j is so near 2 max|f| that the double logarithm would be below 0, it is taken as 0.
 *
 * @param counts n_j, length K
 * @param delta  δ in (0, 1)
 * @returns length K; `balancedBound` gives the bound of the balanced error
 * @throws ArgumentError if a number is out of its range or the lengths differ
 * @source Cao et al. 2019 (arXiv:1906.07413v2), Theorem 2; its c is read as K, one event for each class
 */
export function theoremTwoBounds(
  counts: ClassCounts,
  { margins, marginLosses, complexity, maxLogit }: TheoremTwoInput,
  { delta = 0.05 } = {},
): TheoremTwoBound[] {
  const where = "theoremTwoBounds";
  requireLength(where, counts, { margins, marginLosses });
  if (!(delta > 0 && delta < 1)) throw expected(where, "delta", "to be in (0, 1)", delta);
  if (!(maxLogit > 0 && maxLogit < Infinity)) throw expected(where, "maxLogit", "to be above 0", maxLogit);
  const rademacher = rademacherOf(counts, complexity);
  return counts.map((n, j) => {
    const [margin, marginLoss] = [margins[j]!, marginLosses[j]!]; // both of length K
    if (!(marginLoss >= 0 && marginLoss <= 1)) {
      throw expected(where, `marginLosses[${j}]`, "to be in [0, 1]", marginLoss);
    }
    const doubleLog = margin > 0 ? Math.log(Math.max(1, Math.log2((2 * maxLogit) / margin))) : Infinity;
    const complexityTerm = overMargin(4 * rademacher[j]!, margin);
    const confidenceTerm = Math.sqrt((doubleLog + Math.log((2 * counts.length) / delta)) / n);
    return {
      marginLoss,
      complexityTerm,
      confidenceTerm,
      bound: marginLoss + complexityTerm + confidenceTerm,
    };
  });
}

/**
 * Bound (5): the balanced error is at most the mean of the classes' bounds.
 *
 * @param bounds of {@link classBounds} or {@link theoremTwoBounds}, length K
 * @throws ArgumentError if there are none
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eq. 5
 */
export function balancedBound(bounds: readonly { readonly bound: number }[]): number {
  if (bounds.length === 0) throw expected("balancedBound", "bounds", "to be those of at least one class", 0);
  return bounds.reduce((sum, { bound }) => sum + bound, 0) / bounds.length;
}

function overMargin(value: number, margin: number): number {
  return margin > 0 ? value / margin : Infinity;
}

function total(counts: ClassCounts): number {
  return counts.reduce((sum, n) => sum + n, 0);
}

function requireLength(
  where: string,
  counts: ClassCounts,
  lists: Readonly<Record<string, ArrayLike<number>>>,
): void {
  requireCounts(where, counts);
  for (const [name, { length }] of Object.entries(lists)) {
    if (length !== counts.length) throw expected(where, name, `to be of ${counts.length} classes`, length);
  }
}
