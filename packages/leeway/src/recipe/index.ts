export { batchMinimum } from "./batch-minimum.ts";
export { defaultLength, type Length } from "./default-length.ts";
export { defaultsFor, isAdaptive } from "./defaults.ts";
export { expectedCounts, testPriorClasses } from "./expected-counts.ts";
export {
  type OptimizerName,
  type Precision,
  type Protocol,
  type Recipe,
  type RecipeField,
  precisions,
  protocols,
  recipeFields,
} from "./fields.ts";
export type { Init } from "./init.ts";
export { cosineRate, learningRate, type LearningRateSchedule, paperSchedule } from "./learning-rate.ts";
export {
  dataKindOf,
  inputKindOf,
  recipeFor,
  type RecipeOptions,
  type RequestedMethodOptions,
} from "./recipe.ts";
export { partAmong, requestedMethod, requireMethodOptions } from "./requested-method.ts";
export { requireTestPrior } from "./requirements.ts";
export { scheduleFields } from "./schedule-fields.ts";
export { type Config, configJsonSchema, configSchema, configText, recipeRecordSchema } from "./schemas.ts";
