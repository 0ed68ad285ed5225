import type { Batch } from "../data/index.ts";
import { RunError } from "../errors.ts";
import { keepBuffers } from "../models/index.ts";
import { diagnose, type Diagnosis } from "./diagnosis.ts";
import type { Session } from "./session.ts";
import { isFiniteStep, type StepBatch, type StepOutcome } from "./step.ts";

/**
 * What happens after a step without a finite loss and gradient. `stop` ends the run; `skip` leaves the batch out;
 * `rollback` goes back to the last checkpoint and on from there with half the learning rate.
 */
export type OnNan = "stop" | "skip" | "rollback";

/** Every policy, the default first. */
export const nanPolicies: readonly OnNan[] = ["stop", "skip", "rollback"];

/** Bad steps in a row after which leaving batches out is no cure. */
const maxSkipped = 10;

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

/** A step's batch and its place in the training. */
export interface StepPlace {
  readonly batch: Batch;
  readonly stepBatch: StepBatch;
  readonly epoch: number;
  readonly step: number;
}

/** Takes a step and returns its outcome, or what is wrong with it. */
export type StepGuard = (take: () => StepOutcome, place: StepPlace) => StepOutcome | BadStep;

/**
 * Looks at the loss and gradient of every step, which leaves the weights alone where they are not finite.
 *
 * @returns guards one step; where its numbers are bad, the session is as it was before it
 */
export function stepGuard(session: Session, onNan: OnNan): StepGuard {
  let inRow = 0;
  return (take, place) => {
    // A forward pass changes the batch statistics, and what a branch has seen; those of a bad batch must not stay.
    const { model, branch } = session;
    const changing = branch ? [model, branch] : [model];
    const putBack = onNan === "skip" ? changing.map(keepBuffers) : [];
    const outcome = take();
    if (isFiniteStep(outcome)) {
      inRow = 0;
      return outcome;
    }
    inRow++;
    const bad = badStep(session, place, outcome);
    if (onNan === "stop") throw new RunError("run", bad.fault);
    if (onNan === "skip" && inRow > maxSkipped) {
      const advice = `${maxSkipped} batches before it were as bad: leaving them out is no cure.`;
      throw new RunError("run", `${bad.fault} ${advice}`);
    }
    for (const each of putBack) each();
    session.optimizer.zeroGrad();
    return bad;
  };
}

/** What a rank found in its share of a batch. */
interface Blame extends Pick<Diagnosis, "where" | "cause"> {
  /** The positions of the examples to blame. Where all of a batch are bad, none of them is. */
  readonly blamed: readonly number[];
}

function blame({ where, cause, examples }: Diagnosis, { positions, length }: Batch): Blame {
  const some = examples.length < length;
  return { where, cause, blamed: some ? examples.map((i) => positions[i]!) : [] }; // places in the batch
}

/** Of ranks, what the first one found that blames an example, else what rank 0 did. */
function ofAllRanks({ ranks }: Session, own: Blame): Blame {
  if (ranks === null) return own;
  const all = ranks.group
    .gatherBytes(Buffer.from(JSON.stringify(own)))
    .map((bytes) => JSON.parse(Buffer.from(bytes).toString()) as Blame);
  return all.find(({ blamed }) => blamed.length > 0) ?? all[0] ?? own;
}

function badStep(
  session: Session,
  { batch, stepBatch, epoch, step }: StepPlace,
  taken: StepOutcome,
): BadStep {
  const { ids, labels, classNames } = session.data.train;
  const { where, cause, blamed } = ofAllRanks(session, blame(diagnose(session, stepBatch, taken), batch));
  const some = blamed.length > 0;
  const positions = some ? blamed : [...(batch.whole ?? batch.positions)];
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
