// Also the public names of leeway/imbalance.
export { classCounts, enoughExamples, imbalanceRatio, shotGroups } from "./class-counts.ts";
export type { ClassCounts, ShotGroup } from "./class-counts.ts";
export { profileCounts, profiles } from "./profiles.ts";
export type { Profile } from "./profiles.ts";
export {
  defaultExponent,
  defaultMaxMargin,
  ldamMargins,
  marginConstant,
  testPriorMargins,
  uniformMargins,
} from "./margins.ts";
export {
  defaultBeta,
  effectiveNumbers,
  effectiveNumberWeights,
  inverseFrequencyWeights,
  multipliedWeights,
  powerWeights,
  squareRootWeights,
} from "./weights.ts";
export { deferralEpoch, ones } from "./stages.ts";
export { labelSmoothing } from "./smoothing.ts";
export { thinnedCounts } from "./thinned-counts.ts";
export { classPriors, logitMultipliers, logitOffsets } from "./priors.ts";
export { bestMargins, biasShift, exponentOfRate, rateOfExponent, tradeOffCost } from "./trade-off.ts";
export type { Pair } from "./trade-off.ts";
export {
  exampleMargins,
  marginLoss,
  marginQuantile,
  marginsByClass,
  summarizeMargins,
} from "./example-margins.ts";
export type { MarginSummary } from "./example-margins.ts";
export { fittedConstant, fittedExponent } from "./fitted-exponent.ts";
export type { FittedExponent } from "./fitted-exponent.ts";
export { coveringCapacity, linearHeadRademacher, rademacherOf } from "./complexity.ts";
export type { Complexity, LinearHead } from "./complexity.ts";
export { balancedBound, classBounds, imbalancedBound, theoremTwoBounds } from "./bounds.ts";
export type { ClassBound, TheoremTwoBound, TheoremTwoInput } from "./bounds.ts";
export { logitClouds } from "./clouds.ts";
