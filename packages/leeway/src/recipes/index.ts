export { type Config, configJsonSchema, configSchema, configText } from "./config.ts";
export { cosineRate, learningRate, type LearningRateSchedule, paperSchedule } from "./learning-rate.ts";
export {
  expectedCounts,
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
  testPriorClasses,
  usualOf,
} from "./recipe.ts";
export { type Usual, usualFor } from "./usual.ts";
