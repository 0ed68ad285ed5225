export { measureMargins, type MeasuredMargins } from "./class-margins.ts";
export { requireSameContents } from "./contents.ts";
export { environmentRecord, processorName } from "./environment.ts";
export { evaluate, type Evaluation } from "./evaluate.ts";
export type { CheckpointTimes } from "./checkpoint-times.ts";
export { type BadStep, nanPolicies, type OnNan } from "./guard.ts";
export { atStart, beforeEpoch, type Position } from "./position.ts";
export { resumeRun, type ResumeEvent, type ResumeOptions } from "./resume.ts";
export { runRecipe, type RunEvent, type RunOptions } from "./run.ts";
export { dataRecord, endSession, loadRunData, type RunData, type Session, startSession } from "./session.ts";
export { openSession, recipeOf, type StoredSession, type StoredSessionOptions } from "./stored-session.ts";
export { type StepBatch, type StepOutcome, type StepSession, trainingStep } from "./step.ts";
export { train, type TrainingEvent, type TrainOptions } from "./train.ts";
export {
  changesSince,
  type ForkMethod,
  forkOptions,
  type ForkOptions,
  forkRun,
  requireForkable,
} from "./fork.ts";
export { openPredictor, predict, type PredictOptions, type Predictor } from "./predict.ts";
export { type SharedStage, sharedStage } from "./first-stage.ts";
export { hasForkPoint, readForkPoint } from "./fork-point.ts";
export { firstStageFile, modelFile } from "./run-files.ts";
export { featuresOn, type LabelledFeatures } from "./features.ts";
export { openFirstStage } from "./first-stage-session.ts";
export { linearProbe } from "./linear-probe.ts";
