export { type AimedShare, type DecisionAim, decisionOf } from "./aim.ts";
export { type Criterion, positivesForConfidence, positivesToFind, thresholdBy } from "./criterion.ts";
export { correctedInterval } from "./bootstrap.ts";
export { crossFitted } from "./cross-fit.ts";
export { freshRange } from "./fresh-range.ts";
export { type ClassOutcome, type Estimate, type Outcome, outcomeOf } from "./outcome.ts";
export { type ClassRanking, type DecisionSplit, rankByClass } from "./ranking.ts";
export {
  binaryCosts,
  chooseRule,
  costThreshold,
  type CriteriaRequest,
  type DecisionRequest,
} from "./request.ts";
export {
  type CostRule,
  type DecisionRule,
  decisionsOf,
  expectedCosts,
  ruleOfSets,
  type ThresholdRule,
} from "./rule.ts";
export { tradeOff, type TradeOffPoint } from "./trade-off.ts";
