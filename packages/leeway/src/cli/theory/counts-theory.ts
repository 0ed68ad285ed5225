import {
  bestMargins,
  biasShift,
  classBounds,
  type ClassCounts,
  effectiveNumbers,
  effectiveNumberWeights,
  imbalanceRatio,
  inverseFrequencyWeights,
  ldamMargins,
  marginConstant,
  type Pair,
  rateOfExponent,
  type ShotGroup,
  shotGroups,
  testPriorMargins,
  tradeOffCost,
} from "../../imbalance/index.ts";

/** What is asked of class counts alone. */
export interface CountsQuestion {
  readonly counts: ClassCounts;
  /** n'_j of a known test set, for eq. 15; a balanced one where left out. */
  readonly testCounts?: readonly number[] | undefined;
  readonly maxMargin: number;
  /** p of the margins. */
  readonly exponent: number;
  /** β of the effective number. */
  readonly beta: number;
  /** C(F), for bound (4) with the margins as γ_j; no bound where left out. */
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

/** A class's line of the table. */
export interface CountsClass {
  readonly count: number;
  /** n'_j; null where the test set is balanced. */
  readonly testCount: number | null;
  readonly margin: number;
  readonly effectiveNumber: number;
  /** Of RW, and as odds of a draw of RS: 1/n_j with mean 1. */
  readonly inverseFrequencyWeight: number;
  /** Of CB-RW, and as odds of a draw of CB-RS: 1/E_j with mean 1. */
  readonly effectiveNumberWeight: number;
  /** The class's share of all draws, plain and with the odds of RS and CB-RS. */
  readonly drawn: { readonly plain: number; readonly rs: number; readonly cbRs: number };
  readonly shotGroup: ShotGroup;
  /** Bound (4) with the margin as γ_j; null where no complexity is given. */
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
export function countsTheory(question: CountsQuestion): CountsTheory {
  const { counts, testCounts, maxMargin, exponent, beta, complexity } = question;
  const shape = { maxMargin, exponent };
  const margins = testCounts ? testPriorMargins(counts, testCounts, shape) : ldamMargins(counts, shape);
  const inverse = inverseFrequencyWeights(counts);
  const effective = effectiveNumberWeights(counts, { beta });
  const numbers = effectiveNumbers(counts, { beta });
  const groups = shotGroups(counts);
  const half = margins.reduce((sum, margin) => sum + margin, 0) / 2; // of two classes
  const bounds = complexity === undefined ? [] : classBounds(counts, margins, { capacity: complexity });
  const drawn = {
    plain: shares(counts),
    rs: shares(counts.map((n, j) => n * inverse[j]!)), // every list is of length K
    cbRs: shares(counts.map((n, j) => n * effective[j]!)),
  };
  return {
    total: counts.reduce((sum, n) => sum + n, 0),
    imbalanceRatio: imbalanceRatio(counts),
    exponent,
    constant: testCounts
      ? maxMargin / Math.max(...counts.map((n, j) => testCounts[j]! / n)) ** exponent
      : marginConstant(counts, shape),
    classes: counts.map((n, j) => ({
      count: n,
      testCount: testCounts?.[j] ?? null,
      margin: margins[j]!,
      effectiveNumber: numbers[j]!,
      inverseFrequencyWeight: inverse[j]!,
      effectiveNumberWeight: effective[j]!,
      drawn: { plain: drawn.plain[j]!, rs: drawn.rs[j]!, cbRs: drawn.cbRs[j]! },
      shotGroup: groups[j]!,
      bound: bounds[j]?.bound ?? null,
    })),
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

function shares(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}
