import { expected } from "../errors.ts";
import { betaBelow } from "../metrics/index.ts";
import {
  type ClassRanking,
  type OperatingPoint,
  type RankingTotals,
  totalsOf,
  visitPoints,
} from "./ranking.ts";

/** What a threshold is chosen by. */
export type Criterion =
  | {
      readonly kind: "min-recall" | "min-precision";
      readonly share: number;
      /** Whether the lower end of the 95 % interval must reach the share, and not the estimate alone. */
      readonly confident: boolean;
    }
  | { readonly kind: "best-f1" }
  /** Decisions for the class, as a share of all cases. */
  | { readonly kind: "max-alerts"; readonly share: number };

/** A threshold that nothing reaches has no such point: why, for a person. */
export interface NoThreshold {
  readonly what: string;
  readonly got: string;
  readonly advice: string;
}

/** What an interval of 95 % leaves below. */
const tail = 0.025;

/**
 * The positives of which k = n must be found for an interval of 95 % to lie above a share: the least n with
 * share^n <= 2.5 %.
 */
export function positivesForConfidence(share: number): number {
  return Math.ceil(Math.log(tail) / Math.log(share) - 1e-9);
}

/**
 * The fewest of n examples of a class that must be found for a recall.
 *
 *     k = ceil(share · n),   confident: the least k with P(Beta(k, n - k + 1) <= share) <= 2.5 %
 *
 * With the threshold at the k-th highest probability of the n, the recall on fresh examples has the distribution
 * Beta(k, n - k + 1), however probabilities are distributed; where they tie it is higher. Its 2.5 % quantile is the lower
 * end of Clopper and Pearson's interval of k in n: choosing the threshold on these examples costs nothing there. Their
 * upper end, the 97.5 % quantile of Beta(k + 1, n - k), is above that of the recall, and so on the safe side.
 *
 * @returns null where no k is enough
 * @source Wilks 1941, Annals of Mathematical Statistics 12:91: the share of a population beyond an order statistic
 */
export function positivesToFind(share: number, positives: number, confident: boolean): number | null {
  const least = Math.max(1, Math.ceil(share * positives - 1e-9));
  if (!confident) return positives === 0 ? null : least;
  for (let k = least; k <= positives; k++) {
    if (betaBelow(share, k, positives - k + 1) <= tail) return k;
  }
  return null;
}

/**
 * The threshold that a criterion chooses on a ranking:
 *
 *     min-recall      the highest with that recall
 *     min-precision   the lowest with that precision, which finds the most
 *     best-f1         that of the highest F1 = 2 TP / (2 TP + FP + FN); of equal ones the highest
 *     max-alerts      the lowest that so many cases reach at most
 *
 * @param without examples that are passed over, [N]
 */
export function thresholdBy(
  criterion: Criterion,
  ranking: ClassRanking,
  { without }: { readonly without?: ArrayLike<number> } = {},
): number | NoThreshold {
  const totals = totalsOf(ranking, without);
  if (totals.positives === 0)
    return { what: "examples of the class in the validation split", got: "none", advice: "" };
  let chosen: OperatingPoint | undefined;
  let best: OperatingPoint | undefined; // what comes nearest
  const better = judge(criterion, totals);
  visitPoints(
    ranking,
    (point) => {
      if (better(point, chosen)) chosen = point;
      if (best === undefined || precisionOf(point) > precisionOf(best)) best = point;
    },
    without,
  );
  return chosen?.threshold ?? noThreshold(criterion, totals, best!); // there are positives, and so points
}

/** The share of decisions for a class that are right, by weight. */
export function precisionOf({ foundWeight, decidedWeight }: OperatingPoint): number {
  return foundWeight / decidedWeight;
}

/** F1 of a point. */
export function f1Of(
  { foundWeight, decidedWeight }: OperatingPoint,
  { positiveWeight }: RankingTotals,
): number {
  return (2 * foundWeight) / (decidedWeight + positiveWeight);
}

type Judge = (point: OperatingPoint, chosen: OperatingPoint | undefined) => boolean;

/** Whether a point is chosen in place of the one before, which has a higher threshold. */
function judge(criterion: Criterion, totals: RankingTotals): Judge {
  switch (criterion.kind) {
    case "min-recall": {
      const needed = positivesToFind(criterion.share, totals.positives, criterion.confident) ?? Infinity;
      return ({ found }, chosen) => chosen === undefined && found >= needed;
    }
    case "min-precision":
      return (point) =>
        precisionOf(point) >= criterion.share && (!criterion.confident || isSure(point, criterion.share));
    case "best-f1":
      return (point, chosen) => chosen === undefined || f1Of(point, totals) > f1Of(chosen, totals);
    case "max-alerts":
      return ({ decidedWeight }) => decidedWeight <= criterion.share * totals.weight * (1 + 1e-9);
  }
}

/**
 * Whether the interval of a precision lies above a share. Where examples weigh, the share is moved to the counts: the
 * odds of being right are those of the weights times the mean weight of a right decision over that of a wrong one.
 */
function isSure({ found, decided, foundWeight, decidedWeight }: OperatingPoint, share: number): boolean {
  const wrong = decided - found;
  const ratio = wrong === 0 ? 1 : (decidedWeight - foundWeight) / wrong / (foundWeight / found);
  const odds = (share / (1 - share)) * ratio;
  return betaBelow(odds / (1 + odds), found, wrong + 1) <= tail;
}

function noThreshold(criterion: Criterion, { positives }: RankingTotals, best: OperatingPoint): NoThreshold {
  const share = "share" in criterion ? inPerCent(criterion.share) : "";
  switch (criterion.kind) {
    case "min-recall": {
      const needed = positivesForConfidence(criterion.share);
      return {
        what: `at least ${needed} examples of the class in the validation split to be confident of a recall of ${share}`,
        got: String(positives),
        advice:
          "Hold out more with --validation-fraction, or leave --confident out: the estimate is then at least that.",
      };
    }
    case "min-precision":
      return {
        what: `a threshold with ${criterion.confident ? "an interval of precision above" : "a precision of at least"} ${share}`,
        got: `a highest precision of ${inPerCent(precisionOf(best))}, ${best.found} right of ${best.decided}`,
        advice: "Ask for less.",
      };
    case "max-alerts":
      return {
        what: `a threshold that ${share} of cases reach at most`,
        got: `a highest probability that ${best.decided} cases share`,
        advice: "Ask for more.",
      };
    case "best-f1":
      throw expected("thresholdBy", "ranking", "to have a point", 0);
  }
}

function inPerCent(share: number): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}
