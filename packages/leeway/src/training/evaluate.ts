import { noGrad, scope } from "@leeway/torch";
import { type ImageDataset, imageBatches } from "../data/index.ts";
import { type Metrics, metricsOf } from "../metrics/index.ts";
import { forward, inputsOf, targetsOf } from "./forward.ts";
import type { Session } from "./session.ts";

const batchSize = 500;

/** What a model gives on a split. */
export interface Evaluation {
  /** Mean loss without class weights. */
  readonly loss: number;
  readonly metrics: Metrics;
}

/**
 * Reads a split once, without augmentation, and measures the model on it.
 *
 * Waits between batches, so that signals are heard.
 *
 * @param signal ends the reading early, with an AbortError
 */
export async function evaluate(
  { model, method, loss, data, recipe }: Session,
  dataset: ImageDataset,
  { signal, withConfusion = false }: { signal?: AbortSignal | undefined; withConfusion?: boolean } = {},
): Promise<Evaluation> {
  const classes = dataset.classNames.length;
  const scores = new Float32Array(dataset.labels.length * classes);
  let done = 0;
  let totalLoss = 0;
  model.train(false);
  try {
    const order = Uint32Array.from(dataset.labels.keys());
    for (const batch of imageBatches(dataset, order, { batchSize })) {
      await nextTurn();
      signal?.throwIfAborted();
      totalLoss += scope(() =>
        noGrad(() => {
          const logits = forward(model, inputsOf(batch, dataset.shape), recipe.precision);
          scores.set(logits.data() as Float32Array, done * classes);
          return loss(logits, targetsOf(batch)).sum().item();
        }),
      );
      done += batch.length;
    }
  } finally {
    model.train();
  }
  const { labels } = dataset;
  return {
    loss: totalLoss / labels.length,
    metrics: metricsOf({
      scores,
      labels,
      classes,
      trainCounts: data.counts,
      scale: method.scale,
      withConfusion,
    }),
  };
}

/** Lets the process hear signals and timers; a training step alone would never let them through. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
