export { cosineRate, learningRate, type LearningRateSchedule, paperSchedule } from "./learning-rate.ts";
export {
  modelDepth,
  type Precision,
  precisions,
  type Protocol,
  protocols,
  type Recipe,
  recipeFor,
  type RecipeOptions,
} from "./recipe.ts";
