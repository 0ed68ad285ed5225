export { firstStage, firstStageDifference, type FirstStage } from "./first-stage.ts";
export { type LossName, lossNames, losses, type LossRow, type LossSpec } from "./losses.ts";
export {
  type Method,
  methodNames,
  methodOf,
  optionNames,
  type Posthoc,
  regulariserNames,
  type Regularisers,
} from "./method.ts";
export { methods } from "./methods.ts";
export {
  methodFields,
  type MethodOptions,
  methodOptionsSchema,
  type OptionName,
  type OptionValue,
  partNames,
} from "./options.ts";
export { composedName } from "./own.ts";
export {
  type Balance,
  balances,
  type MethodRow,
  posthocMeanings,
  type PosthocName,
  posthocNames,
} from "./row.ts";
export { type Stage, stageAt, type Stages, stagesOf } from "./stages.ts";
