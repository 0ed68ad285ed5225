import type { EpochRecord } from "../records/index.ts";
import type { BadStep } from "./guard.ts";

/** The position of a training between two steps. Together with the session's state it is all that resuming needs. */
export interface Position {
  /** The first epoch that is not over, counted from 0. */
  readonly epoch: number;
  /** Batches of it that are done; where all are, its evaluation is left. */
  readonly batch: number;
  /** Batches done since the run began, over all epochs. */
  readonly step: number;
  /** Running sums over the epoch's batches. */
  readonly seen: {
    readonly examples: number;
    readonly loss: number;
    readonly correct: number;
    /** Absent in the rest of an epoch that an older version began. */
    readonly gradientNorm?: number;
  };
  /** Seconds that the epoch has taken so far. */
  readonly seconds: number;
  /** How often the run has gone back to a checkpoint; each time halves the learning rate. */
  readonly rollbacks: number;
  /** Batches skipped since the run began, because their numbers were not finite. */
  readonly skipped: number;
}

/** Before the first step. */
export const atStart: Position = beforeEpoch(0, { step: 0, rollbacks: 0, skipped: 0 });

/** Between two epochs: `epoch` is the next. */
export function beforeEpoch(
  epoch: number,
  soFar: Pick<Position, "step" | "rollbacks" | "skipped">,
): Position {
  const seen = { examples: 0, loss: 0, correct: 0, gradientNorm: 0 };
  return { ...soFar, epoch, batch: 0, seen, seconds: 0 };
}

/** The events of training: its progress, and the record of each epoch. */
export type TrainingEvent =
  | {
      readonly kind: "progress";
      readonly epoch: number;
      readonly seen: number;
      readonly of: number;
      readonly loss: number;
      /** Training can be resumed from here. */
      readonly position: Position;
    }
  /** A step without a finite loss and gradient, which was not taken. */
  | { readonly kind: "bad-step"; readonly step: BadStep; readonly position: Position }
  | { readonly kind: "evaluating"; readonly epoch: number }
  | { readonly kind: "epoch"; readonly record: EpochRecord; readonly position: Position };
