export type { CheckpointTimes } from "./checkpoint-times.ts";
export { environmentRecord, processorName } from "./environment.ts";
export { type SharedStage, sharedStage } from "./first-stage.ts";
export { openFirstStage } from "./first-stage-session.ts";
export { hasForkPoint, readForkPoint } from "./fork-point.ts";
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
export { dataRecord, loadRunData } from "./run-data.ts";
export { requireSameDataHash } from "./same-data.ts";
export { firstStageFile, modelFile } from "./run-files.ts";
export { openSession, recipeOf, type StoredSession, type StoredSessionOptions } from "./stored-session.ts";
