export type { CheckpointTimes } from "./checkpoint-clock.ts";
export { goodnessOf, scoreOf } from "./choosing-metric.ts";
export { environmentRecord, leewayVersion, processorName } from "./environment.ts";
export { firstStageFile, hasForkPoint, readForkPoint, type SharedStage, sharedStage } from "./fork-point.ts";
export {
  changesSince,
  type ForkMethod,
  forkOptions,
  type ForkOptions,
  forkRun,
  requireForkable,
} from "./fork.ts";
export { resumeRun, type ResumeEvent, type ResumeOptions } from "./resume.ts";
export { type RunOptions, runRecipe } from "./run.ts";
export type { RunEvent } from "./train-run.ts";
export { processorFlags } from "./processor-flags.ts";
export { dataRecord, loadRunData, requireSameDataHash } from "./run-data.ts";
export { modelFile } from "./finalize.ts";
export { resolveInit } from "./init-file.ts";
export { loadText, machineLoad, type MachineLoad, threadsBeside, watchLoad } from "./machine-load.ts";
export {
  loadWeights,
  openFirstStage,
  openSession,
  readWeights,
  recipeOf,
  type StoredSession,
} from "./open-session.ts";
export { readPreparation, recordedPreparation } from "./stored-preparation.ts";
export {
  type DataRecipeOptions,
  optionsForData,
  recipeForData,
  recordedRecipe,
  trainingExamples,
} from "./recipe-for-data.ts";
export { runScores, type RunScoresOptions } from "./run-scores.ts";
export { maxScoresBytes, type RunScores, scoresFile, type SplitScores } from "./scores.ts";
