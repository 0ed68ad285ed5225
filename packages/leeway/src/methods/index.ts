export { firstStage, firstStageDifference } from "./first-stage.ts";
export {
  type GivenWeights,
  givenWeights,
  type RequestedWeights,
  requireClasses,
  unnamedWeights,
} from "./given-weights.ts";
export { lossNames, losses, type LossSpec } from "./losses.ts";
export {
  imageRegulariser,
  type Method,
  methodNames,
  methodOf,
  optionNames,
  regulariserNames,
  takenOptions,
} from "./method.ts";
export {
  methodFields,
  type MethodOptions,
  methodOptionsSchema,
  type OptionName,
  type OptionValue,
  partNames,
} from "./options.ts";
export { ownBalance } from "./own-balance.ts";
export { composedName } from "./own.ts";
export { type Contrast, posthocMeanings } from "./row.ts";
export { taughtPrior } from "./taught-prior.ts";
export { type Stage, stageAt, stagesOf } from "./stages.ts";
