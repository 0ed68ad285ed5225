import { scope, synchronize, type Tensor, tensor } from "@leeway/torch";
import { type Batch, epochOrder, type Variation, withMinimum } from "../data/index.ts";
import { RunError } from "../errors.ts";
import { batchTensors } from "../models/index.ts";
import { random } from "../random.ts";
import { batchMinimum } from "../recipe/index.ts";
import type { EpochRecord, EvaluationRecord } from "../records/index.ts";
import { beginAtClassMeans, beginsAtClassMeans } from "./class-means.ts";
import { evaluate, nextTurn } from "./evaluate.ts";
import { type OnNan, stepGuard, type StepGuard } from "./guard.ts";
import { mixDraws, type Pasted, pastedPieces } from "./mixes.ts";
import { atStart, beforeEpoch, type Position, type TrainingEvent } from "./progress.ts";
import { beginEpoch, seedStep, type Session } from "./session.ts";
import { batchShare, sharedDraws } from "./shares.ts";
import { type StepBatch, type StepOutcome, trainingStep } from "./step.ts";

/** Where training begins and what ends it early. */
export interface TrainOptions {
  /** The position of the session; the start by default. */
  readonly from?: Position | undefined;
  /** Stops between two batches: the generator then ends without the unfinished epoch's record. */
  readonly signal?: AbortSignal | undefined;
  /** What a step without finite numbers does: "stop" by default. */
  readonly onNan?: OnNan | undefined;
}

/**
 * The training loop, top to bottom.
 *
 * Yields after every batch and every epoch; the caller writes, prints or ignores. Data order and augmentation follow
 * from the seed and the epoch alone.
 *
 * @throws RunError with code "run" at the first step without a finite loss and gradient, by default; with
 *   "rollback" the generator ends there, after the event "bad-step"
 */
export async function* train(
  session: Session,
  { from = atStart, onNan = "stop", signal }: TrainOptions = {},
): AsyncGenerator<TrainingEvent, void, undefined> {
  const { ranks } = session;
  const followed = ranks === null ? signal : ranks.follow(signal);
  const guard = stepGuard(session, onNan);
  let position = from;
  while (position.epoch < session.recipe.epochs) {
    const next = yield* trainEpoch(session, position, { guard, onNan, signal: followed });
    if (next === null) return;
    position = next;
  }
}

interface EpochOptions extends Omit<TrainOptions, "from"> {
  readonly guard: StepGuard;
}

/** One epoch from a position to its record. Returns where the next begins, or null if it was ended early. */
async function* trainEpoch(
  session: Session,
  from: Position,
  options: EpochOptions,
): AsyncGenerator<TrainingEvent, Position | null, undefined> {
  const startedAt = performance.now() - 1000 * from.seconds;
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  beginEpoch(session, from);
  if (beginsAtClassMeans(session, from) && !(await atClassMeans(session, options.signal))) return null;
  const trained = yield* trainSteps(session, from, { ...options, seconds });
  if (trained === null) return null;
  const { epoch, seen, step, rollbacks, skipped } = trained;
  if (seen.examples === 0) {
    throw new RunError("run", `train: expected a step with finite numbers in epoch ${epoch + 1}, got none.`);
  }
  yield { kind: "evaluating", epoch };
  const evaluation = await evaluateEpoch(session, options.signal);
  if (evaluation === "aborted") return null;
  const record: EpochRecord = {
    epoch,
    learningRate: session.optimizer.lr,
    stage: session.stages.indexOf(session.stage),
    train: {
      loss: seen.loss / seen.examples,
      topOne: seen.correct / seen.examples,
      ...(seen.gradientNorm !== undefined && { gradientNorm: seen.gradientNorm / seen.examples }),
    },
    evaluation,
    seconds: seconds(),
    imagesPerSecond: seen.examples / trained.seconds,
  };
  const next = beforeEpoch(epoch + 1, { step, rollbacks, skipped });
  yield { kind: "epoch", record, position: next };
  return next;
}

/** Begins the last layer at the class means; false where the signal came meanwhile. */
async function atClassMeans(session: Session, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await beginAtClassMeans(session, signal);
    return true;
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return false;
    throw error;
  }
}

/** The steps of an epoch from a position. Returns where they ended, or null if they were ended early. */
async function* trainSteps(
  session: Session,
  from: Position,
  { guard, signal, onNan, seconds }: EpochOptions & { readonly seconds: () => number },
): AsyncGenerator<TrainingEvent, Position | null, undefined> {
  const { device } = session;
  const { epoch } = from;
  const order = orderOf(session, epoch);
  const classWeights = weightsTensor(session);
  let position = from;
  try {
    for await (const { batch, mix, pasted, rho } of drawBatches(session, order, from)) {
      await nextTurn();
      if (signal?.aborted) return null;
      const step = position.step + 1;
      seedStep(session, position);
      const taken = scope(() => {
        const rowWeights = rowWeightsOf(session, batch);
        const share = batchShare(session, batch);
        const given = { classWeights, rowWeights, mix, pasted: pasted && pastedBatch(session, pasted) };
        const stepBatch = { ...batchTensors(batch, device), ...given, rho, share };
        return guard(() => trainingStep(session, stepBatch), { batch, stepBatch, epoch, step });
      });
      position = { ...position, batch: position.batch + 1, step, seconds: seconds() };
      if ("fault" in taken) {
        position = { ...position, skipped: position.skipped + 1 };
        yield { kind: "bad-step", step: taken, position };
        if (onNan === "rollback") return null;
        continue;
      }
      position = { ...position, seen: withStep(position.seen, taken, (batch.whole ?? batch).length) };
      const { seen } = position;
      yield { kind: "progress", epoch, seen: seen.examples, of: order.length, loss: taken.loss, position };
    }
    synchronize(device); // a GPU is still at the last update
    return { ...position, seconds: seconds() };
  } finally {
    classWeights?.dispose();
  }
}

/** Running sums with one step more. */
function withStep(seen: Position["seen"], taken: StepOutcome, examples: number): Position["seen"] {
  const { gradientNorm } = seen;
  return {
    examples: seen.examples + examples,
    loss: seen.loss + taken.loss * examples,
    correct: seen.correct + taken.correct,
    ...(gradientNorm !== undefined && { gradientNorm: gradientNorm + taken.gradientNorm * examples }),
  };
}

/** The positions of the training examples in the order in which an epoch shows them. */
function orderOf({ data, recipe, stage }: Session, epoch: number): Uint32Array {
  const { seed, batchSize } = recipe;
  const { labels, classNames } = data.train;
  const order = epochOrder(labels, stage.samplingOdds, { seed, epoch });
  const minimum = batchMinimum(recipe, { classNames, counts: data.counts });
  return minimum === undefined ? order : withMinimum(order, labels, { minimum, batchSize, seed, epoch });
}

/** What an example of each class weighs, [K], or null where all weigh 1 and it would only cost time. */
function weightsTensor({ stage: { classWeights }, model, device }: Session): Tensor | null {
  if (classWeights.every((weight) => weight === 1)) return null;
  const { dtype } = model.classifier.weight;
  return tensor(Float32Array.from(classWeights), undefined, { device, dtype });
}

/** What the examples of a batch weigh beside their classes, [N], or null where all weigh the same. */
function rowWeightsOf({ data: { rowWeights }, model, device }: Session, { positions }: Batch): Tensor | null {
  if (rowWeights === undefined) return null;
  const weights = Float32Array.from(positions, (position) => rowWeights[position]!); // of the training set
  return tensor(weights, undefined, { device, dtype: model.classifier.weight.dtype });
}

/** Images of which pieces are put into a batch, as a step takes them. */
function pastedBatch(session: Session, { batch, ...blend }: Pasted): NonNullable<StepBatch["pasted"]> {
  return {
    ...blend,
    ...batchTensors(batch, session.device),
    rowWeights: rowWeightsOf(session, batch),
    weight: batchShare(session, batch)?.weight,
  };
}

/** A batch and what is drawn for it. */
export interface DrawnBatch extends Pick<StepBatch, "mix" | "rho"> {
  readonly batch: Batch;
  readonly pasted?: Pasted | undefined;
}

/**
 * An epoch's batches with their random draws, from a position on: those before it are drawn too and skipped, so that
 * the rest get the same numbers.
 */
export async function* drawBatches(
  session: Session,
  order: ArrayLike<number>,
  { epoch, batch: done }: Pick<Position, "epoch" | "batch">,
): AsyncGenerator<DrawnBatch, void, undefined> {
  const { recipe, data, method, ranks } = session;
  const { rho } = method.regularisers;
  const { batchSize } = recipe;
  const of = data.train.input.kind === "image" ? "inputs" : "features";
  const draw = mixDraws(session, epoch);
  const { share, drawFor } =
    ranks === null ? { share: undefined, drawFor: draw } : sharedDraws(ranks.group, draw);
  const pasting = { epoch, examples: order.length, vary: variation(session, epoch, "pasted") };
  const pieces = method.regularisers.cmo > 0 ? pastedPieces(session, pasting) : null;
  let drawn = 0;
  try {
    const vary = variation(session, epoch);
    for await (const batch of data.train.batches(order, { batchSize, vary, share })) {
      const mix = drawFor(batch.length);
      const pasted = (await pieces?.next())?.value ?? undefined;
      if (drawn++ < done) continue;
      yield { batch, mix: mix && { ...mix, of }, pasted, rho: rho === 0 ? undefined : rho };
    }
  } finally {
    await pieces?.return();
  }
}

/** How an epoch varies its examples. */
function variation(
  { recipe: { seed, augment = "none" }, method: { regularisers, contrast } }: Session,
  epoch: number,
  ...of: readonly string[]
): Variation {
  const policy =
    augment === "none" ? undefined : { name: augment, random: random(seed, "policy", epoch, ...of) };
  const views = contrast && { rules: contrast.views, random: random(seed, "views", epoch, ...of) };
  const { cutout } = regularisers;
  return {
    random: random(seed, "augment", epoch, ...of),
    cutout: cutout === 0 ? undefined : cutout,
    policy,
    views,
  };
}

/** What the protocol looks at after each epoch: the validation split, the test set, or nothing. */
async function evaluateEpoch(
  session: Session,
  signal: AbortSignal | undefined,
): Promise<EvaluationRecord | null | "aborted"> {
  const { recipe, data } = session;
  const split = recipe.protocol === "paper" ? "test" : "validation";
  const dataset = data[split];
  if (dataset === null) return null;
  session.average?.exchange();
  try {
    return { split, ...(await evaluate(session, dataset, { signal })) };
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return "aborted";
    throw error;
  } finally {
    session.average?.exchange();
  }
}
