import { noGrad, norm, pow, scope, type Tensor, tensor } from "@leeway/torch";
import type { Dataset, InputShape } from "../data/index.ts";
import {
  calibratedProbabilities,
  type CalibrationFit,
  findSelection,
  type Metrics,
  metricsOf,
} from "../metrics/index.ts";
import { batchTensors } from "../models/index.ts";
import type { Session } from "./session.ts";
import { featuresOf, type ForwardSession } from "./step.ts";
import { posthocOffsets, unthinnedCalibration } from "./unthinned.ts";

/** What a model gives on a split. */
export interface Evaluation {
  /** Mean loss without class weights. */
  readonly loss: number;
  readonly metrics: Metrics;
}

/**
 * Reads a split once, without augmentation, and measures the model on it.
 *
 * Lets the event loop turn between batches, so that signals arrive.
 *
 * @param signal        ends the reading early, with an AbortError
 * @param withConfusion also what is only known of a run's end; see `metricsOf`
 * @param calibration   what makes probabilities of the logits; null where nothing does yet. By default it only puts
 *   back the frequency of a class that was thinned
 */
export async function evaluate(
  session: Session,
  dataset: Dataset,
  { signal, withConfusion = false, calibration = unthinnedCalibration(session) }: EvaluationOptions = {},
): Promise<Evaluation> {
  const { scores, loss } = await readScores(session, dataset, { signal });
  return { loss, metrics: metricsOfScores(session, dataset, { scores, calibration, withConfusion }) };
}

/** The metrics of a split whose scores have been read; see {@link evaluate}. */
export function metricsOfScores(
  { data, recipe, method: { scale } }: Session,
  { classNames: { length: classes }, labels }: Dataset,
  {
    scores,
    calibration = null,
    withConfusion = false,
  }: Omit<EvaluationOptions, "signal"> & { readonly scores: Float32Array },
): Metrics {
  return metricsOf({
    ...{ scores, labels, classes, scale, withConfusion },
    selection: recipe.selectBy === undefined ? undefined : findSelection(recipe.selectBy),
    trainCounts: data.counts,
    probabilities: calibratedProbabilities(scores, calibration, { classes, scale }),
  });
}

interface EvaluationOptions {
  readonly signal?: AbortSignal | undefined;
  readonly withConfusion?: boolean;
  readonly calibration?: CalibrationFit | null;
}

/** The logits of a split as the method reads them, [N, K] row by row, and the mean loss without class weights. */
export async function readScores(
  session: Session,
  dataset: Dataset,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<{ readonly scores: Float32Array; readonly loss: number }> {
  const { loss } = session;
  const classes = dataset.classNames.length;
  const { labels } = dataset;
  const scores = new Float32Array(labels.length * classes);
  let totalLoss = 0;
  const see = ({ logits, targets, positions }: SeenBatch): void => {
    const read = posthocLogits(session, logits).data() as Float32Array; // [N, K]
    positions.forEach((position, i) => {
      scores.set(read.subarray(i * classes, (i + 1) * classes), position * classes);
    });
    totalLoss += loss(logits, targets).sum().item();
  };
  await readSplit(session, dataset, { see, shared: true, signal });
  const { ranks } = session;
  if (ranks !== null) {
    ranks.join(scores);
    [totalLoss = totalLoss] = ranks.sum([totalLoss]);
  }
  return { scores, loss: totalLoss / labels.length };
}

/**
 * The logits as a method reads them after training, less {@link posthocOffsets}.
 *
 * @param logits [N, K]
 * @source prior: Menon et al. 2021 (arXiv:2007.07314), eq. 9; norm: Kang et al. 2020 (arXiv:1910.09217), eq. 4
 */
export function posthocLogits(session: Session, logits: Tensor): Tensor {
  const { method, model, device } = session;
  const { normTau } = method.posthoc ?? {};
  let read = logits;
  if (normTau !== undefined && "bias" in model.classifier && model.classifier.bias) {
    const { weight, bias } = model.classifier;
    read = read.sub(bias).div(pow(norm(weight, 1), normTau));
  }
  const offsets = posthocOffsets(session);
  if (offsets === null) return read;
  return read.sub(tensor(Float32Array.from(offsets), undefined, { device }));
}

/** A batch of a split and what the model makes of it. Its tensors are freed once it has been seen. */
export interface SeenBatch {
  /** The input of the last layer, [N, D]. */
  readonly features: Tensor;
  /** [N, K] */
  readonly logits: Tensor;
  /** [N] int64 */
  readonly targets: Tensor;
  /** [N], each example's position in the split. */
  readonly positions: Uint32Array;
}

/** What a split is read for. */
export interface SplitReader {
  /** Is shown every batch, in whatever order suits the data; without gradients, and in a scope of its own. */
  readonly see: (batch: SeenBatch) => void;
  /** Of the examples that are read; all by default. */
  readonly positions?: Uint32Array | undefined;
  /** Whether each of several ranks reads a share of the examples; by default it reads all. */
  readonly shared?: boolean;
  /** Ends the reading early, with an AbortError. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a split once, without augmentation, with the model evaluating: batch normalisation takes the
 * statistics of training.
 *
 * Lets the event loop turn between batches, so that signals arrive.
 */
export async function readSplit(
  session: ForwardSession,
  dataset: Dataset,
  { see, positions, shared = false, signal }: SplitReader,
): Promise<void> {
  const { model, device } = session;
  const ranks = shared ? (session.ranks ?? null) : null;
  const batchSize = batchSizeFor(dataset.input);
  const all = positions ?? Uint32Array.from(dataset.labels.keys());
  const order = ranks === null ? all : all.filter((_, i) => i % ranks.group.size === ranks.group.rank);
  let rounds = ranks === null ? 0 : Math.ceil(all.length / ranks.group.size / batchSize);
  // Ranks meet before each of their batches, also those with one less, so that all of them stop at the same.
  const meet = (): void => {
    if (ranks !== null && rounds-- > 0) ranks.sum([]);
    signal?.throwIfAborted();
  };
  model.train(false);
  try {
    for await (const batch of dataset.batches(order, { batchSize })) {
      await nextTurn();
      meet();
      scope(() => {
        noGrad(() => {
          const { inputs, targets } = batchTensors(batch, device);
          const features = featuresOf(session, inputs);
          const logits = model.classifier.forward(features);
          see({ features, logits, targets, positions: batch.positions });
        });
      });
    }
    while (rounds > 0) meet();
  } finally {
    model.train();
  }
}

/** Milliseconds that signals and timers may wait: a turn of the event loop costs a tenth of the shortest steps. */
const turnEvery = 5;
let lastTurn = 0;

/** Lets the process hear signals and timers; a training step alone would never let them through. */
export async function nextTurn(): Promise<void> {
  if (performance.now() - lastTurn < turnEvery) return;
  await new Promise((resolve) => setImmediate(resolve));
  lastTurn = performance.now();
}

/** Examples of a batch; of images larger than 32 x 32 fewer, since what a network remembers of each grows with it. */
function batchSizeFor(input: InputShape): number {
  if (input.kind !== "image") return 500;
  return Math.max(8, Math.min(500, Math.floor((500 * 32 * 32) / (input.height * input.width))));
}
