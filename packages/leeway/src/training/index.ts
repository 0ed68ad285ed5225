export { measureMargins, type MeasuredMargins } from "./class-margins.ts";
export { environmentRecord, leewayVersion } from "./environment.ts";
export { evaluate, type Evaluation } from "./evaluate.ts";
export { runRecipe, type RunEvent, type RunOptions } from "./run.ts";
export { dataRecord, endSession, loadRunData, type RunData, type Session, startSession } from "./session.ts";
export { openSession, type StoredSession, type StoredSessionOptions } from "./stored-session.ts";
export { type StepBatch, type StepSession, trainingStep } from "./step.ts";
export { train, type TrainingEvent } from "./train.ts";
export { forkRun } from "./fork.ts";
