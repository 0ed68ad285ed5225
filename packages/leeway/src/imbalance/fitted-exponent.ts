import { expected } from "../errors.ts";
import { requireCounts, type ClassCounts } from "./class-counts.ts";
import { defaultExponent } from "./margins.ts";

/** Margins, or other values of classes, as a power of class counts: γ_j ≈ C · n_j^(-p). */
export interface FittedExponent {
  /** p: above 0 where rarer classes have wider margins, or larger values. */
  readonly exponent: number;
  /** Standard error of p; null for two classes, through which a line always goes. */
  readonly standardError: number | null;
  /** C. */
  readonly constant: number;
}

/**
 * The least-squares line of log γ_j against log n_j: its slope is -p, its value at n = 1 log C. Every class counts
 * the same. The standard error takes the classes' deviations from the line as independent and of one size.
 *
 * @param counts  n_j, length K, not all equal
 * @param margins γ_j, length K, each above 0
 * @throws ArgumentError if a margin is not above 0, the lengths differ, or all counts are equal
 */
export function fittedExponent(counts: ClassCounts, margins: ArrayLike<number>): FittedExponent {
  const y = logs("fittedExponent", counts, margins);
  const x = counts.map(Math.log);
  const [xMean, yMean] = [mean(x), mean(y)];
  const xx = x.reduce((sum, each) => sum + (each - xMean) ** 2, 0);
  if (new Set(counts).size === 1) {
    throw expected("fittedExponent", "counts", "not to be all equal", counts, "They have no slope.");
  }
  const slope = x.reduce((sum, each, j) => sum + (each - xMean) * (y[j]! - yMean), 0) / xx; // as long as x
  const residual = (each: number, j: number): number => y[j]! - yMean - slope * (each - xMean);
  const squares = x.reduce((sum, each, j) => sum + residual(each, j) ** 2, 0);
  return {
    exponent: -slope,
    standardError: x.length === 2 ? null : Math.sqrt(squares / (x.length - 2) / xx),
    constant: Math.exp(yMean - slope * xMean),
  };
}

/**
 * C of the nearest γ_j = C · n_j^(-p) with p given: the geometric mean of γ_j · n_j^p.
 *
 * @param counts   n_j, length K
 * @param margins  γ_j, length K, each above 0
 * @param exponent p
 * @throws ArgumentError if a margin is not above 0 or the lengths differ
 */
export function fittedConstant(
  counts: ClassCounts,
  margins: ArrayLike<number>,
  { exponent = defaultExponent } = {},
): number {
  const y = logs("fittedConstant", counts, margins);
  return Math.exp(mean(counts.map((n, j) => y[j]! + exponent * Math.log(n)))); // as long as counts
}

function logs(where: string, counts: ClassCounts, margins: ArrayLike<number>): number[] {
  requireCounts(where, counts);
  if (margins.length !== counts.length) {
    throw expected(
      where,
      "margins",
      `to be of ${counts.length} classes, as many as counts has`,
      margins.length,
    );
  }
  return Array.from(margins, (margin, j) => {
    if (margin > 0 && margin < Infinity) return Math.log(margin);
    throw expected(
      where,
      `margins[${j}]`,
      "to be above 0",
      margin,
      "Leave out classes that are not separable.",
    );
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
