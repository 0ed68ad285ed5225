import { shownProbability } from "../metrics/index.ts";

/** The examples of a split by the probability of one class, the highest first. */
export interface ClassRanking {
  /** [N], examples by falling probability. */
  readonly order: Uint32Array;
  /** p of the class for each example as predictions show it, [N]. */
  readonly scores: Float64Array;
  /** Whether each example is of the class, [N]. */
  readonly positive: Uint8Array;
  /** What each example stands for, [N]. */
  readonly weights: Float64Array;
}

/** What deciding for a class from a threshold on comes to. */
export interface OperatingPoint {
  readonly threshold: number;
  /** Examples of the class at or above it, and all of these. */
  readonly found: number;
  readonly decided: number;
  /** Their weights. */
  readonly foundWeight: number;
  readonly decidedWeight: number;
}

/** Examples, and weights, of the class and of all. */
export interface RankingTotals {
  readonly positives: number;
  readonly positiveWeight: number;
  readonly weight: number;
}

/** A split as rules are chosen on it. */
export interface DecisionSplit {
  /** p, [N, K] row by row. */
  readonly probabilities: Float32Array;
  /** True classes, [N]. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  /** What an example of each class stands for, length K; 1 by default. Other frequencies at use are weights here. */
  readonly classWeights?: readonly number[] | undefined;
}

/** Ranks a split by the probability of a class. */
export function rankByClass(
  { probabilities, labels, classes, classWeights }: DecisionSplit,
  positive: number,
): ClassRanking {
  const { length } = labels;
  const scores = Float64Array.from({ length }, (_, i) =>
    shownProbability(probabilities[i * classes + positive]!),
  );
  return {
    scores,
    order: Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!),
    positive: Uint8Array.from({ length }, (_, i) => (labels[i] === positive ? 1 : 0)),
    weights: Float64Array.from({ length }, (_, i) => classWeights?.[labels[i]!] ?? 1),
  };
}

/**
 * Visits the points of a ranking, the highest threshold first; examples of one probability share a point.
 *
 * @param without examples that are passed over, [N]
 */
export function visitPoints(
  { order, scores, positive, weights }: ClassRanking,
  visit: (point: OperatingPoint) => void,
  without?: ArrayLike<number>,
): void {
  let [found, decided, foundWeight, decidedWeight] = [0, 0, 0, 0];
  for (let at = 0; at < order.length;) {
    const threshold = scores[order[at]!]!;
    const before = decided;
    for (; at < order.length && scores[order[at]!] === threshold; at++) {
      const i = order[at]!;
      if (without?.[i]) continue;
      decided++;
      decidedWeight += weights[i]!;
      if (positive[i]! === 0) continue;
      found++;
      foundWeight += weights[i]!;
    }
    if (decided > before) visit({ threshold, found, decided, foundWeight, decidedWeight });
  }
}

/** The examples of the class and of all, with their weights. */
export function totalsOf({ positive, weights }: ClassRanking, without?: ArrayLike<number>): RankingTotals {
  let [positives, positiveWeight, weight] = [0, 0, 0];
  for (let i = 0; i < positive.length; i++) {
    if (without?.[i]) continue;
    weight += weights[i]!;
    positives += positive[i]!;
    positiveWeight += positive[i]! * weights[i]!;
  }
  return { positives, positiveWeight, weight };
}
