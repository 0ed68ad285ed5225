export type { CheckpointTimes } from "./checkpoint-times.ts";
export { environmentRecord, processorName } from "./environment.ts";
export { type SharedStage, sharedStage } from "./first-stage.ts";
export { firstStageFile, hasForkPoint, readForkPoint } from "./fork-point.ts";
export {
  changesSince,
  type ForkMethod,
  forkOptions,
  type ForkOptions,
  forkRun,
  requireForkable,
} from "./fork.ts";
export { resumeRun, type ResumeEvent, type ResumeOptions } from "./resume.ts";
export { runRecipe, type RunEvent, type RunOptions } from "./run.ts";
export { dataRecord, loadRunData, requireSameDataHash } from "./run-data.ts";
export { modelFile } from "./finalize.ts";
export {
  loadWeights,
  openFirstStage,
  openSession,
  readWeights,
  recipeOf,
  type StoredSession,
  type StoredSessionOptions,
} from "./open-session.ts";
