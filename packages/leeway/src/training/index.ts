export {
  evaluate,
  type Evaluation,
  metricsOfScores,
  posthocLogits,
  readScores,
  readSplit,
} from "./evaluate.ts";
export { type BadStep, nanPolicies, type OnNan } from "./guard.ts";
export { atStart, beforeEpoch, type Position, type TrainingEvent } from "./progress.ts";
export {
  type ComputeOptions,
  endSession,
  type RunData,
  type Session,
  type SessionOptions,
  startSession,
} from "./session.ts";
export { featuresOf, type StepBatch, type StepOutcome, type StepSession, trainingStep } from "./step.ts";
export { Ranks } from "./ranks.ts";
export { unthinnedCalibration } from "./unthinned.ts";
export { train, type TrainOptions } from "./train.ts";
