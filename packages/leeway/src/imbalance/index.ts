export { classCounts, imbalanceRatio, requireCounts, shotGroups } from "./class-counts.ts";
export type { ClassCounts, ShotGroup } from "./class-counts.ts";
export { profileCounts, profiles } from "./profiles.ts";
export type { Profile } from "./profiles.ts";
export { ldamMargins, uniformMargins } from "./margins.ts";
export { effectiveNumberWeights, inverseFrequencyWeights } from "./weights.ts";
export { deferralEpoch, ones, stageAt } from "./stages.ts";
export type { Stage } from "./stages.ts";
export { classPriors, logitMultipliers, logitOffsets } from "./priors.ts";
