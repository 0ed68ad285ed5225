import { noGrad, scope, type Tensor } from "@leeway/torch";
import type { Dataset, InputShape } from "../data/index.ts";
import { featuresOf, type ForwardSession, inputsOf, targetsOf } from "./forward.ts";

/** Examples of a batch; of images larger than 32 x 32 fewer, since what a network remembers of each grows with it. */
function batchSizeFor(input: InputShape): number {
  if (input.kind !== "image") return 500;
  return Math.max(8, Math.min(500, Math.floor((500 * 32 * 32) / (input.height * input.width))));
}

/** A batch of a split and what the model makes of it. Its tensors are freed once it has been seen. */
export interface SeenBatch {
  /** What the last layer is given, [N, D]. */
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
  /** Ends the reading early, with an AbortError. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a split once, without augmentation, with the model evaluating: batch normalisation takes the
 * statistics of training.
 *
 * Waits between batches, so that signals are heard.
 */
export async function readSplit(
  session: ForwardSession,
  dataset: Dataset,
  { see, signal }: SplitReader,
): Promise<void> {
  const { model, device } = session;
  model.train(false);
  try {
    const order = Uint32Array.from(dataset.labels.keys());
    for await (const batch of dataset.batches(order, { batchSize: batchSizeFor(dataset.input) })) {
      await nextTurn();
      signal?.throwIfAborted();
      scope(() => {
        noGrad(() => {
          const features = featuresOf(session, inputsOf(batch, device));
          see({
            features,
            logits: model.classifier.forward(features),
            targets: targetsOf(batch, device),
            positions: batch.positions,
          });
        });
      });
    }
  } finally {
    model.train();
  }
}

/** Lets the process hear signals and timers; a training step alone would never let them through. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
