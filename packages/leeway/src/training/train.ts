import { manualSeed, scope, type Tensor, tensor } from "@leeway/torch";
import { epochOrder } from "../data/index.ts";
import { type Stage, stageAt } from "../imbalance/index.ts";
import { RunError } from "../errors.ts";
import { random } from "../random.ts";
import type { EpochRecord, EvaluationRecord } from "../records/index.ts";
import { epochBatches } from "./epoch-batches.ts";
import { evaluate } from "./evaluate.ts";
import { nextTurn } from "./read-split.ts";
import { inputsOf, targetsOf } from "./forward.ts";
import { type BadStep, type OnNan, stepGuard, type StepGuard } from "./guard.ts";
import { atStart, beforeEpoch, type Position } from "./position.ts";
import type { Session } from "./session.ts";
import { enterStage, resumeStage, stageRate } from "./stage.ts";

/** What training says while it goes on: where it is, and after each epoch what the epoch gave. */
export type TrainingEvent =
  | {
      readonly kind: "progress";
      readonly epoch: number;
      readonly seen: number;
      readonly of: number;
      readonly loss: number;
      /** Where training stands now: it can go on from here. */
      readonly position: Position;
    }
  /** A step without a finite loss and gradient, which was not taken. */
  | { readonly kind: "bad-step"; readonly step: BadStep; readonly position: Position }
  | { readonly kind: "evaluating"; readonly epoch: number }
  | { readonly kind: "epoch"; readonly record: EpochRecord; readonly position: Position };

/** Where training begins and what ends it early. */
export interface TrainOptions {
  /** Where the session stands; at the start where left out. */
  readonly from?: Position | undefined;
  /** Stops between two batches: the generator then ends without the unfinished epoch's record. */
  readonly signal?: AbortSignal | undefined;
  /** What a step without finite numbers does: "stop" where left out. */
  readonly onNan?: OnNan | undefined;
}

/**
 * The training loop, top to bottom.
 *
 * Yields after every batch and every epoch; whoever reads it writes, prints or ignores. Data order and
 * augmentation follow from the seed and the epoch alone.
 *
 * @throws RunError with code "run" at the first step without a finite loss and gradient, unless `onNan` says
 *   otherwise; with "rollback" the generator ends there, after the event "bad-step"
 */
export async function* train(
  session: Session,
  { from = atStart, ...options }: TrainOptions = {},
): AsyncGenerator<TrainingEvent, void, undefined> {
  const guard = stepGuard(session, options.onNan ?? "stop");
  let position = from;
  while (position.epoch < session.recipe.epochs) {
    const next = yield* trainEpoch(session, position, { ...options, guard });
    if (next === null) return;
    position = next;
  }
}

/** One epoch from where it stands to its record; gives where the next begins, or null where it was ended early. */
async function* trainEpoch(
  session: Session,
  from: Position,
  options: TrainOptions & { readonly guard: StepGuard },
): AsyncGenerator<TrainingEvent, Position | null, undefined> {
  const began = performance.now() - 1000 * from.seconds;
  const seconds = (): number => (performance.now() - began) / 1000;
  const stage = beginEpoch(session, from);
  const trained = yield* trainBatches(session, { ...options, from, stage, seconds });
  if (trained === null) return null;
  const { epoch, seen, step, rollbacks, skipped } = trained;
  if (seen.examples === 0) {
    throw new RunError("run", `train: expected a step with finite numbers in epoch ${epoch + 1}, got none.`);
  }
  yield { kind: "evaluating", epoch };
  const evaluation = await epochEvaluation(session, options.signal);
  if (evaluation === "aborted") return null;
  const record: EpochRecord = {
    epoch,
    learningRate: session.optimizer.lr,
    stage: session.stages.indexOf(stage),
    train: { loss: seen.loss / seen.examples, topOne: seen.correct / seen.examples },
    evaluation,
    seconds: seconds(),
    imagesPerSecond: seen.examples / trained.seconds,
  };
  const next = beforeEpoch(epoch + 1, { step, rollbacks, skipped });
  yield { kind: "epoch", record, position: next };
  return next;
}

/** Sets the session to the stage, the rate and the random numbers of the epoch in which it stands. */
function beginEpoch(session: Session, { epoch, batch, rollbacks }: Position): Stage {
  const stage = stageAt(session.stages, epoch);
  if (epoch === stage.fromEpoch && batch === 0) enterStage(session, stage);
  else resumeStage(session, stage);
  // What libtorch draws follows from the epoch, too; within it, from the generator's state, which checkpoints hold.
  if (batch === 0) manualSeed(random(session.recipe.seed, "dropout", epoch).below(2 ** 31));
  session.optimizer.lr = stageRate(session, stage, epoch) * 0.5 ** rollbacks;
  return stage;
}

/** What an epoch's steps need to know. */
interface EpochCourse extends TrainOptions {
  readonly from: Position;
  readonly stage: Stage;
  readonly guard: StepGuard;
  /** That the epoch has taken so far. */
  readonly seconds: () => number;
}

/** The epoch's steps; gives where they ended, or null where they were ended early. */
async function* trainBatches(
  session: Session,
  { from, stage, guard, signal, onNan, seconds }: EpochCourse,
): AsyncGenerator<TrainingEvent, Position | null, undefined> {
  const { data, device, recipe } = session;
  const { epoch } = from;
  const order = epochOrder(data.train.labels, stage.samplingOdds, { seed: recipe.seed, epoch });
  const classWeights = weightsTensor(stage, device);
  let position = from;
  try {
    for await (const { batch, mix, rho } of epochBatches(session, stage, {
      epoch,
      order,
      skip: from.batch,
    })) {
      await nextTurn();
      if (signal?.aborted) return null;
      const step = position.step + 1;
      const taken = scope(() => {
        const [inputs, targets] = [inputsOf(batch, device), targetsOf(batch, device)];
        return guard({ inputs, targets, classWeights, mix, rho }, { batch, epoch, step });
      });
      position = { ...position, batch: position.batch + 1, step, seconds: seconds() };
      if ("fault" in taken) {
        position = { ...position, skipped: position.skipped + 1 };
        yield { kind: "bad-step", step: taken, position };
        if (onNan === "rollback") return null;
        continue;
      }
      const seen = {
        examples: position.seen.examples + batch.length,
        loss: position.seen.loss + taken.loss * batch.length,
        correct: position.seen.correct + taken.correct,
      };
      position = { ...position, seen };
      yield { kind: "progress", epoch, seen: seen.examples, of: order.length, loss: taken.loss, position };
    }
    return position;
  } finally {
    classWeights?.dispose();
  }
}

/** The stage's weights, or null where they are all 1 and weighing would only cost time. */
function weightsTensor(stage: Stage, device: string): Tensor | null {
  return stage.classWeights.every((weight) => weight === 1)
    ? null
    : tensor(Float32Array.from(stage.classWeights), undefined, { device });
}

/** What the protocol looks at after each epoch: the validation split, the test set, or nothing. */
async function epochEvaluation(
  session: Session,
  signal: AbortSignal | undefined,
): Promise<EvaluationRecord | null | "aborted"> {
  const { recipe, data } = session;
  const split = recipe.protocol === "paper" ? "test" : "validation";
  const dataset = recipe.protocol === "paper" ? data.test : data.validation;
  if (dataset === null) return null;
  try {
    return { split, ...(await evaluate(session, dataset, { signal })) };
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return "aborted";
    throw error;
  }
}
