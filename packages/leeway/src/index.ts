export { expected, RunError, type RunErrorCode } from "./errors.ts";
export {
  effectiveNumberWeights,
  inverseFrequencyWeights,
  ldamMargins,
  profileCounts,
} from "./imbalance/index.ts";
export { type Method, methodNames, methodOf, type MethodOptions } from "./methods/index.ts";
export { type Recipe, recipeFor, type RecipeOptions } from "./recipe/index.ts";
export { runRecipe, type RunEvent, type RunOptions } from "./runs/index.ts";
