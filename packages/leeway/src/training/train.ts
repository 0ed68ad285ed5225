import { manualSeed, scope, type Tensor, tensor } from "@leeway/torch";
import { type Batch, drawMix, epochOrder } from "../data/index.ts";
import { type Stage, stageAt } from "../imbalance/index.ts";
import { RunError } from "../errors.ts";
import { random } from "../random.ts";
import type { EpochRecord, EvaluationRecord } from "../records/index.ts";
import { evaluate } from "./evaluate.ts";
import { nextTurn } from "./read-split.ts";
import { inputsOf, targetsOf } from "./forward.ts";
import { type BadStep, type OnNan, stepGuard, type StepGuard } from "./guard.ts";
import { atStart, beforeEpoch, type Position } from "./position.ts";
import type { Session } from "./session.ts";
import { enterStage, mixupOf, resumeStage, stageRate } from "./stage.ts";
import type { StepBatch } from "./step.ts";

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
  | { readonly kind: "bad-step"; readonly step: BadStep }
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
  { signal, onNan, guard }: TrainOptions & { readonly guard: StepGuard },
): AsyncGenerator<TrainingEvent, Position | null, undefined> {
  const { data, stages, optimizer, device } = session;
  const { epoch, rollbacks } = from;
  const began = performance.now() - 1000 * from.seconds;
  const seconds = (): number => (performance.now() - began) / 1000;
  const stage = stageAt(stages, epoch);
  if (epoch === stage.fromEpoch && from.batch === 0) enterStage(session, stage);
  else resumeStage(session, stage);
  const { seed } = session.recipe;
  // What libtorch draws follows from the epoch, too; within it, from the generator's state, which checkpoints hold.
  if (from.batch === 0) manualSeed(random(seed, "dropout", epoch).below(2 ** 31));
  optimizer.lr = stageRate(session, stage, epoch) * 0.5 ** rollbacks;
  const order = epochOrder(data.train.labels, stage.samplingOdds, { seed, epoch });
  const classWeights = weightsTensor(stage, device);
  let { batch: done, step } = from;
  const seen = { ...from.seen };
  try {
    for await (const { batch, mix, rho } of epochBatches(session, stage, { epoch, order, skip: done })) {
      await nextTurn();
      if (signal?.aborted) return null;
      done++;
      step++;
      const taken = scope(() => {
        const inputs = inputsOf(batch, device);
        return guard(
          { inputs, targets: targetsOf(batch, device), classWeights, mix, rho },
          { batch, epoch, step },
        );
      });
      if ("fault" in taken) {
        yield { kind: "bad-step", step: taken };
        if (onNan === "rollback") return null;
        continue;
      }
      seen.examples += batch.length;
      seen.loss += taken.loss * batch.length;
      seen.correct += taken.correct;
      const position = { epoch, batch: done, step, seen: { ...seen }, seconds: seconds(), rollbacks };
      yield { kind: "progress", epoch, seen: seen.examples, of: order.length, loss: taken.loss, position };
    }
  } finally {
    classWeights?.dispose();
  }
  if (seen.examples === 0) {
    throw new RunError("run", `train: expected a step with finite numbers in epoch ${epoch + 1}, got none.`);
  }
  const trained = seconds();
  yield { kind: "evaluating", epoch };
  const evaluation = await epochEvaluation(session, signal);
  if (evaluation === "aborted") return null;
  const record: EpochRecord = {
    epoch,
    learningRate: optimizer.lr,
    stage: stages.indexOf(stage),
    train: { loss: seen.loss / seen.examples, topOne: seen.correct / seen.examples },
    evaluation,
    seconds: seconds(),
    imagesPerSecond: seen.examples / trained,
  };
  const next = beforeEpoch(epoch + 1, { step, rollbacks });
  yield { kind: "epoch", record, position: next };
  return next;
}

/** A batch and what is done with it. */
interface DrawnBatch extends Pick<StepBatch, "mix" | "rho"> {
  readonly batch: Batch;
}

/**
 * An epoch's batches with their random draws, without the first `skip`: those are drawn all the same, so that the
 * rest gets the numbers it would have got.
 */
async function* epochBatches(
  session: Session,
  stage: Stage,
  {
    epoch,
    order,
    skip,
  }: { readonly epoch: number; readonly order: ArrayLike<number>; readonly skip: number },
): AsyncGenerator<DrawnBatch, void, undefined> {
  const { recipe, data, method } = session;
  const { rho = 0, cutout = 0 } = method.regularisers ?? {};
  const { seed, batchSize } = recipe;
  const mixup = mixupOf(session, stage);
  const of = data.train.input.kind === "image" ? "inputs" : "features";
  const mixing = random(seed, "mixup", epoch);
  const vary = { random: random(seed, "augment", epoch), cutout: cutout === 0 ? undefined : cutout };
  let drawn = 0;
  for await (const batch of data.train.batches(order, { batchSize, vary })) {
    const mix = mixup === 0 ? undefined : ({ ...drawMix(batch.length, mixup, mixing), of } as const);
    if (drawn++ >= skip) yield { batch, mix, rho: rho === 0 ? undefined : rho };
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
