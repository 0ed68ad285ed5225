import { f1Of, precisionOf } from "./criterion.ts";
import { type DecisionSplit, type OperatingPoint, rankByClass, totalsOf, visitPoints } from "./ranking.ts";
import type { CostRule } from "./rule.ts";

/** A point of the trade-off between finding a class and false alarms, on the split that rules are chosen on. */
export interface TradeOffPoint {
  readonly threshold: number;
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
  /** Of 1,000 cases. */
  readonly alerts: number;
  readonly falseAlarms: number;
  /** Of 1,000 cases; absent where no costs are named, or there are more than two classes. */
  readonly cost?: number;
}

/** Recalls that a person compares. */
const recalls = [0.5, 0.75, 0.9, 0.95, 0.99];

/**
 * At most seven points: those of a few recalls, the one of the highest F1 or, with costs, of the lowest cost, and the
 * chosen one; the highest threshold first.
 *
 * @param chosen its threshold; null where none is
 */
export function tradeOff(
  split: DecisionSplit,
  positive: number,
  { chosen, costs }: { readonly chosen: number | null; readonly costs?: CostRule | undefined },
): TradeOffPoint[] {
  const ranking = rankByClass(split, positive);
  const totals = totalsOf(ranking);
  const costOf = costs && split.classes === 2 ? binaryCost(costs, positive, totals) : undefined;
  const shown = ({ threshold, ...point }: OperatingPoint): TradeOffPoint => {
    const { decidedWeight, foundWeight } = point;
    return {
      threshold,
      recall: foundWeight / totals.positiveWeight,
      precision: precisionOf({ threshold, ...point }),
      f1: f1Of({ threshold, ...point }, totals),
      alerts: (1000 * decidedWeight) / totals.weight,
      falseAlarms: (1000 * (decidedWeight - foundWeight)) / totals.weight,
      ...(costOf && { cost: costOf({ threshold, ...point }) }),
    };
  };
  const wanted = recalls.map((): OperatingPoint | undefined => undefined);
  let [best, own]: (OperatingPoint | undefined)[] = [];
  const score = (point: OperatingPoint): number => (costOf ? -costOf(point) : f1Of(point, totals));
  visitPoints(ranking, (point) => {
    recalls.forEach((recall, at) => {
      if (point.found >= recall * totals.positives - 1e-9) wanted[at] ??= point;
    });
    if (best === undefined || score(point) > score(best)) best = point;
    if (chosen !== null && point.threshold >= chosen) own = point;
  });
  const points = [...wanted, best, own].flatMap((point) => (point === undefined ? [] : [point]));
  const byThreshold = new Map(points.map((point) => [point.threshold, shown(point)]));
  return [...byThreshold.values()].sort((a, b) => b.threshold - a.threshold);
}

/** The cost of 1,000 cases at a point of two classes. */
function binaryCost(
  { costs }: CostRule,
  positive: number,
  { positiveWeight, weight }: ReturnType<typeof totalsOf>,
): (point: OperatingPoint) => number {
  const other = 1 - positive;
  const cost = (i: number, j: number): number => costs[i]![j]!; // two rows of two
  return ({ foundWeight: found, decidedWeight: decided }) => {
    const [missed, alarms] = [positiveWeight - found, decided - found];
    const quiet = weight - decided - missed;
    const sum =
      found * cost(positive, positive) +
      missed * cost(positive, other) +
      alarms * cost(other, positive) +
      quiet * cost(other, other);
    return (1000 * sum) / weight;
  };
}
