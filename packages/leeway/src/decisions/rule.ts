import { expected } from "../errors.ts";
import { type ClassSets, isInSet } from "../metrics/index.ts";

/** How probabilities become decisions: by thresholds of classes, or by what errors cost. */
export type DecisionRule = ThresholdRule | CostRule;

/**
 * Thresholds on probabilities as predictions show them; null for a class without one.
 *
 * Decided is, of the classes whose probability reaches their threshold, that of the highest p_j / t_j. Where none does,
 * the most probable class without a threshold; where every class has one, that of the highest p_j / t_j.
 */
export interface ThresholdRule {
  /** t, length K. */
  readonly thresholds: readonly (number | null)[];
}

/** What decisions cost: decided is the class of the lowest expected cost, Σ_i p_i C_ij. */
export interface CostRule {
  /** C, [K, K]: the cost of deciding for column j where row i is true. */
  readonly costs: readonly (readonly number[])[];
}

/**
 * The decisions of a rule.
 *
 * @param probabilities p, [N, K] row by row
 * @returns a class of each example, [N]; of equal ones the first
 * @throws ArgumentError if the rule is not of as many classes, or `probabilities` does not divide into rows of K
 */
export function decisionsOf(
  probabilities: Float32Array,
  rule: DecisionRule,
  { classes }: { readonly classes: number },
): Int32Array {
  const length = "costs" in rule ? rule.costs.length : rule.thresholds.length;
  if (length !== classes) throw expected("decisionsOf", "rule", `to be of ${classes} classes`, length);
  if (probabilities.length % classes !== 0) {
    throw expected("decisionsOf", "probabilities", `to be rows of ${classes}`, probabilities.length);
  }
  const decide = "costs" in rule ? lowestCost(rule) : byThresholds(rule);
  return Int32Array.from({ length: probabilities.length / classes }, (_, i) =>
    decide(probabilities.subarray(i * classes, (i + 1) * classes)),
  );
}

/**
 * The rule that decides for the class of a set, where that is one: the sets' own thresholds. A class that is in every
 * set has none, as it is decided for where it is alone.
 */
export function ruleOfSets({ thresholds }: Pick<ClassSets, "thresholds">): ThresholdRule {
  return { thresholds: thresholds.map((threshold) => (threshold === 0 ? null : threshold)) };
}

/** The expected cost of deciding for each class, Σ_i p_i C_ij, length K. */
export function expectedCosts(own: ArrayLike<number>, { costs }: CostRule): number[] {
  return costs.map((_, j) => costs.reduce((sum, row, i) => sum + own[i]! * row[j]!, 0)); // K rows of K
}

function lowestCost(rule: CostRule): (own: Float32Array) => number {
  return (own) => {
    const costs = expectedCosts(own, rule);
    return costs.indexOf(Math.min(...costs));
  };
}

function byThresholds({ thresholds }: ThresholdRule): (own: Float32Array) => number {
  const free = thresholds.flatMap((threshold, j) => (threshold === null ? [j] : []));
  const bound = thresholds.flatMap((threshold, j) => (threshold === null ? [] : [[j, threshold] as const]));
  return (own) => {
    const reached = bound.filter(([j, threshold]) => isInSet(own[j]!, threshold));
    if (reached.length === 0 && free.length > 0) return highest(free, (j) => own[j]!);
    const among = reached.length > 0 ? reached : bound;
    const [first] = highest(among, ([j, threshold]) => own[j]! / threshold);
    return first;
  };
}

function highest<T>(all: readonly T[], of: (each: T) => number): T {
  return all.reduce((best, each) => (of(each) > of(best) ? each : best));
}
