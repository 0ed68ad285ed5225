export { type Config, configJsonSchema, configSchema, configText } from "./config.ts";
export { expectedCounts, testPriorClasses } from "./expected-counts.ts";
export { cosineRate, learningRate, type LearningRateSchedule, paperSchedule } from "./learning-rate.ts";
export {
  inputKindOf,
  type OptimizerName,
  optimizers,
  type Precision,
  precisions,
  type Protocol,
  protocols,
  type Recipe,
  recipeFor,
  type RecipeOptions,
  recipeProfiles,
  usualOf,
} from "./recipe.ts";
export { requireTestPrior } from "./requirements.ts";
export { isAdaptive, type Usual, usualFor, usualSchedule } from "./usual.ts";
