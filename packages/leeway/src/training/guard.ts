import type { Batch } from "../data/index.ts";
import { RunError } from "../errors.ts";
import { keptBuffers } from "./buffers.ts";
import { diagnose } from "./diagnosis.ts";
import type { Session } from "./session.ts";
import { type StepBatch, type StepOutcome, trainingStep } from "./step.ts";

/**
 * What a step without a finite loss and gradient does. `stop` ends the run; `skip` leaves the batch out; `rollback`
 * goes back to the last checkpoint and on from there with half the learning rate.
 */
export type OnNan = "stop" | "skip" | "rollback";

export const nanPolicies: readonly OnNan[] = ["stop", "skip", "rollback"];

/** Bad steps in a row after which leaving batches out is no cure. */
export const mostSkipped = 10;

/** A step that was not taken. */
export interface BadStep {
  /** Batches since the run began, this one included. */
  readonly step: number;
  readonly epoch: number;
  /** The ids of the batch's examples, or of those that are to blame. */
  readonly ids: readonly number[];
  /** One sentence: what was found, where it began, what the likely cause is. */
  readonly fault: string;
}

/** Where a step stands, and its batch. */
export interface StepPlace {
  readonly batch: Batch;
  readonly epoch: number;
  readonly step: number;
}

/** Takes a step, or finds it bad. */
export type StepGuard = (batch: StepBatch, place: StepPlace) => StepOutcome | BadStep;

/**
 * Takes steps, and looks at each one's loss and gradient before it changes the weights.
 *
 * @returns does one step; where its numbers are bad, the session is as it was before it
 */
export function stepGuard(session: Session, onNan: OnNan): StepGuard {
  let inRow = 0;
  return (stepBatch, place) => {
    // A forward pass changes the batch statistics; those of a bad batch must not stay.
    const putBack = onNan === "skip" ? keptBuffers(session.model) : undefined;
    const taken = trainingStep(session, stepBatch);
    if (Number.isFinite(taken.loss) && Number.isFinite(taken.gradientNorm)) {
      inRow = 0;
      return taken;
    }
    inRow++;
    const bad = badStep(session, { stepBatch, place, taken });
    if (onNan === "stop") throw new RunError("run", bad.fault);
    if (onNan === "skip") {
      if (inRow > mostSkipped) {
        throw new RunError(
          "run",
          `${bad.fault} ${mostSkipped} batches before it were as bad: leaving them out is no cure.`,
        );
      }
      putBack?.();
    }
    session.optimizer.zeroGrad();
    return bad;
  };
}

function badStep(
  session: Session,
  { stepBatch, place, taken }: { stepBatch: StepBatch; place: StepPlace; taken: StepOutcome },
): BadStep {
  const { batch, epoch, step } = place;
  const { ids, labels, classNames } = session.data.train;
  const { where, cause, examples } = diagnose(session, stepBatch, taken);
  // Where all are bad, none of them is to blame.
  const some = examples.length > 0 && examples.length < batch.length;
  const blamed = some ? examples : [...batch.positions.keys()];
  const positions = blamed.map((i) => batch.positions[i]!); // places in the batch
  const got = Number.isFinite(taken.loss)
    ? `a gradient of norm ${taken.gradientNorm}`
    : `a loss of ${taken.loss}`;
  const named = positions.slice(0, 8).map((at) => `${ids[at]!} (${classNames[labels[at]!]!})`);
  const more = positions.length > 8 ? ` and ${positions.length - 8} more` : "";
  const whose = some ? "Examples to blame" : "Examples of the batch";
  return {
    step,
    epoch,
    ids: positions.map((at) => ids[at]!),
    fault:
      `train: expected a finite loss and gradient in step ${step} (epoch ${epoch + 1}), got ${got}. ` +
      `It began in ${where}. ${whose}, by id: ${named.join(", ")}${more}. ${cause}`,
  };
}
