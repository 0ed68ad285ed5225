import { RunError } from "../errors.ts";
import type { Criterion } from "./criterion.ts";
import { thresholdBy } from "./criterion.ts";
import { type DecisionSplit, rankByClass } from "./ranking.ts";
import type { CostRule, DecisionRule } from "./rule.ts";

/** What is requested of a decision: a criterion for each of some classes, or what errors cost. */
export type DecisionRequest = CriteriaRequest | CostRule;

/** Classes that are decided for from a threshold on, and what chooses it. */
export interface CriteriaRequest {
  readonly criteria: readonly { readonly class: number; readonly criterion: Criterion }[];
}

/** C of two classes: what a missed example of the positive one costs, and a false alarm; right decisions cost nothing. */
export function binaryCosts(
  positive: number,
  { missed, alarm }: { readonly missed: number; readonly alarm: number },
): CostRule {
  const costs = [0, 1].map((i) => [0, 1].map((j) => (i === j ? 0 : i === positive ? missed : alarm)));
  return { costs };
}

/**
 * The probability of a class from which deciding for it costs the least, of two classes:
 *
 *     t = (C_01 - C_00) / (C_01 - C_00 + C_10 - C_11)     0 the other class, 1 the positive one
 *
 * @returns null where one decision is never dearer than the other
 * @source Elkan 2001, The foundations of cost-sensitive learning, eq. 2
 */
export function costThreshold({ costs }: CostRule, positive: number): number | null {
  const other = 1 - positive;
  const alarm = costs[other]![positive]! - costs[other]![other]!; // two rows of two
  const missed = costs[positive]![other]! - costs[positive]![positive]!;
  return alarm > 0 && missed > 0 ? alarm / (alarm + missed) : null;
}

/**
 * The rule that a request makes of a split. Costs are a rule already: nothing is chosen then.
 *
 * @throws RunError with code "usage" where no threshold does what is requested
 */
export function chooseRule(
  request: DecisionRequest,
  split: DecisionSplit,
  classNames: readonly string[],
): DecisionRule {
  if ("costs" in request) return request;
  const thresholds = new Array<number | null>(split.classes).fill(null);
  for (const { class: positive, criterion } of request.criteria) {
    const threshold = thresholdBy(criterion, rankByClass(split, positive));
    if (typeof threshold !== "number") {
      const { what, got, advice } = threshold;
      const message = `decide: expected ${what}, of ${JSON.stringify(classNames[positive])}, got ${got}. ${advice}`;
      throw new RunError("usage", message.trimEnd());
    }
    thresholds[positive] = threshold;
  }
  return { thresholds };
}
