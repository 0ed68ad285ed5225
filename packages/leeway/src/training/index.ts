export { evaluate, type Evaluation } from "./evaluate.ts";
export { type BadStep, nanPolicies, type OnNan } from "./guard.ts";
export { atStart, beforeEpoch, type Position } from "./position.ts";
export { endSession, type RunData, type Session, startSession } from "./session.ts";
export { type StepBatch, type StepOutcome, type StepSession, trainingStep } from "./step.ts";
export { train, type TrainingEvent, type TrainOptions } from "./train.ts";
