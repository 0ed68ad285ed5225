// The public names: those in the tables of README.md, and no others. Everything else may change in any version.
export { ArgumentError, RunError, type RunErrorCode } from "./errors.ts";
export { type Method, methodNames, methodOf, type MethodOptions } from "./methods/index.ts";
export {
  openPredictor,
  predict,
  type Prediction,
  type PredictionExamples,
  type PredictOptions,
  type Predictor,
  type PredictorOptions,
} from "./probes/index.ts";
export { type Recipe, recipeFor, type RecipeOptions } from "./recipe/index.ts";
export type { EpochRecord, RunRecord, Summary } from "./records/index.ts";
export {
  forkRun,
  type ForkOptions,
  type ResumeEvent,
  type ResumeOptions,
  resumeRun,
  type RunEvent,
  type RunOptions,
  runRecipe,
} from "./runs/index.ts";
export { readRun as loadRun, type StoredRun } from "./storage/index.ts";
