// The public names: those in the tables of README.md, and no others. Everything else may change in any version.
export type { ComparedMethod } from "./analysis/index.ts";
export { compare, type CompareOptions } from "./api/compare.ts";
export { decide, type DecideOptions } from "./api/decide.ts";
export { inspect, type InspectOptions } from "./api/inspect.ts";
export type { CustomData } from "./catalogue/index.ts";
export type { DecisionAim } from "./decisions/index.ts";
export { ArgumentError, RunError, type RunErrorCode } from "./errors.ts";
export { type ExportedModel, exportModel, type ExportOptions } from "./exporting/index.ts";
export type { SweepEvent } from "./experiments/index.ts";
export { load as loadModel } from "./exported/index.ts";
export { type Method, methodNames, methodOf, type MethodOptions } from "./methods/index.ts";
export type { LoadOptions, Model } from "./inference/index.ts";
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
export type { DecisionRecord, EpochRecord, RunRecord, Summary } from "./records/index.ts";
export {
  type DataRecipeOptions,
  forkRun,
  type ForkOptions,
  recipeForData,
  type ResumeEvent,
  type ResumeOptions,
  resumeRun,
  type RunEvent,
  type RunOptions,
  runRecipe,
} from "./runs/index.ts";
export { readRun as loadRun, type StoredRun } from "./storage/index.ts";
export type { Inspection } from "./theory/index.ts";
