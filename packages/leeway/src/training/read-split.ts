import { noGrad, scope, type Tensor } from "@leeway/torch";
import { type ImageDataset, imageBatches } from "../data/index.ts";
import { featuresOf, type ForwardSession, inputsOf, targetsOf } from "./forward.ts";

const batchSize = 500;

/** A batch of a split and what the model makes of it. Its tensors are freed once it has been seen. */
export interface SeenBatch {
  /** What the last layer is given, [N, D]. */
  readonly features: Tensor;
  /** [N, K] */
  readonly logits: Tensor;
  /** [N] int64 */
  readonly targets: Tensor;
  /** The position of the batch's first example in the split. */
  readonly from: number;
}

/** What a split is read for. */
export interface SplitReader {
  /** Is shown every batch in the order of the split; without gradients, and in a scope of its own. */
  readonly see: (batch: SeenBatch) => void;
  /** Ends the reading early, with an AbortError. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a split once, in order and without augmentation, with the model evaluating: batch normalisation takes the
 * statistics of training.
 *
 * Waits between batches, so that signals are heard.
 */
export async function readSplit(
  session: ForwardSession,
  dataset: ImageDataset,
  { see, signal }: SplitReader,
): Promise<void> {
  const { model, device } = session;
  let from = 0;
  model.train(false);
  try {
    const order = Uint32Array.from(dataset.labels.keys());
    for (const batch of imageBatches(dataset, order, { batchSize })) {
      await nextTurn();
      signal?.throwIfAborted();
      scope(() => {
        noGrad(() => {
          const features = featuresOf(session, inputsOf(batch, dataset.shape, device));
          see({
            features,
            logits: model.classifier.forward(features),
            targets: targetsOf(batch, device),
            from,
          });
        });
      });
      from += batch.length;
    }
  } finally {
    model.train();
  }
}

/** Lets the process hear signals and timers; a training step alone would never let them through. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
