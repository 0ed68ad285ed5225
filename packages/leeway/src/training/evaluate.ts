import type { Dataset } from "../data/index.ts";
import { type Metrics, metricsOf } from "../metrics/index.ts";
import { posthocLogits } from "./posthoc.ts";
import { readSplit, type SeenBatch } from "./read-split.ts";
import type { Session } from "./session.ts";

/** What a model gives on a split. */
export interface Evaluation {
  /** Mean loss without class weights. */
  readonly loss: number;
  readonly metrics: Metrics;
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
  await readSplit(session, dataset, { see, signal });
  return { scores, loss: totalLoss / labels.length };
}

/**
 * Reads a split once, without augmentation, and measures the model on it.
 *
 * Waits between batches, so that signals are heard.
 *
 * @param signal ends the reading early, with an AbortError
 */
export async function evaluate(
  session: Session,
  dataset: Dataset,
  { signal, withConfusion = false }: { signal?: AbortSignal | undefined; withConfusion?: boolean } = {},
): Promise<Evaluation> {
  const { method, data } = session;
  const { scores, loss } = await readScores(session, dataset, { signal });
  return {
    loss,
    metrics: metricsOf({
      scores,
      labels: dataset.labels,
      classes: dataset.classNames.length,
      trainCounts: data.counts,
      scale: method.scale,
      withConfusion,
    }),
  };
}
