import {
  bestMargins,
  biasShift,
  classBounds,
  type ClassCounts,
  imbalanceRatio,
  marginConstant,
  type Pair,
  rateOfExponent,
  tradeOffCost,
} from "../imbalance/index.ts";
import { type ClassRow, classTable } from "./class-table.ts";

/** Class counts, and what shapes their margins and weights. */
export interface CountsTheoryInput {
  readonly counts: ClassCounts;
  /** n'_j of a known test set, for eq. 15; a balanced one by default. */
  readonly testCounts?: readonly number[] | undefined;
  readonly maxMargin: number;
  /** p of the margins. */
  readonly exponent: number;
  /** β of the effective number. */
  readonly beta: number;
  /** C(F), for bound (4) with the margins as γ_j; no bound by default. */
  readonly complexity?: number | undefined;
}

/** What follows from class counts alone: the table, and for two classes the trade-off. */
export interface CountsTheory {
  readonly total: number;
  readonly imbalanceRatio: number;
  readonly exponent: number;
  /** C: each margin is C n_j^(-p), with a known test set C (n'_j/n_j)^p. */
  readonly constant: number;
  readonly classes: readonly CountsClass[];
  /** Null unless there are two classes and an exponent that some rate of error makes best. */
  readonly tradeOff: TradeOff | null;
}

/** A class's row of the table. */
export interface CountsClass extends ClassRow {
  /** Bound (4) with the margin as γ_j; null without a complexity. */
  readonly bound: number | null;
}

/** Two margins of a fixed sum: as they are and where they cost least (Theorem 3). */
export interface TradeOff {
  /** β = γ₁ + γ₂. */
  readonly sum: number;
  /** The rate r of the error n^(-r) that makes the exponent the best one. */
  readonly rate: number;
  readonly margins: Pair;
  readonly cost: number;
  readonly best: Pair;
  readonly bestCost: number;
  /** What the first class's bias must gain and the second's lose. */
  readonly biasShift: number;
}

/**
 * The table of margins, weights and odds.
 *
 * @throws ArgumentError naming what is impossible
 */
export function countsTheory(input: CountsTheoryInput): CountsTheory {
  const { counts, testCounts, maxMargin, exponent, beta, complexity } = input;
  const shape = { maxMargin, exponent };
  const ratio = imbalanceRatio(counts); // refuses what are no counts
  const rows = classTable({ counts, testCounts, knownTest: testCounts !== undefined, ...shape, beta });
  const margins = rows.map(({ margin }) => margin);
  const half = margins.reduce((sum, margin) => sum + margin, 0) / 2; // of two classes
  const bounds = complexity === undefined ? [] : classBounds(counts, margins, { capacity: complexity });
  return {
    total: counts.reduce((sum, n) => sum + n, 0),
    imbalanceRatio: ratio,
    exponent,
    constant: testCounts
      ? maxMargin / Math.max(...counts.map((n, j) => testCounts[j]! / n)) ** exponent // of one length
      : marginConstant(counts, shape),
    classes: rows.map((row, j) => ({ ...row, bound: bounds[j]?.bound ?? null })),
    // Theorem 3 is of a test set with as many examples of both.
    tradeOff: testCounts ? null : tradeOffFrom(counts, [half, half], exponent),
  };
}

/**
 * The trade-off between two classes that have these margins.
 *
 * @param margins γ₁' and γ₂', of length K
 * @returns null unless there are two classes, both with a margin above 0, and an exponent in (0, 1/2)
 */
export function tradeOffFrom(
  counts: ClassCounts,
  margins: readonly number[],
  exponent: number,
): TradeOff | null {
  const [first, second] = margins;
  if (counts.length !== 2 || first === undefined || second === undefined) return null;
  if (!(exponent > 0 && exponent < 0.5 && first > 0 && second > 0)) return null;
  const best = bestMargins(counts, first + second, { exponent });
  return {
    sum: first + second,
    rate: rateOfExponent(exponent),
    margins: [first, second],
    cost: tradeOffCost(counts, [first, second], { exponent }),
    best,
    bestCost: tradeOffCost(counts, best, { exponent }),
    biasShift: biasShift([first, second], best),
  };
}
