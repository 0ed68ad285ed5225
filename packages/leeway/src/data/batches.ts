import { expected } from "../errors.ts";
import type { Random } from "../random.ts";
import { imageSize, requireIndices, type ImageDataset, type ImageShape } from "./dataset.ts";
import { centred, drawPlacement, imageWriter, type Augment, type Placement } from "./transforms.ts";

/** A few images, ready for a network. Its arrays are used again for the next batch: copy what must outlive this one. */
export interface ImageBatch {
  /** [length, H, W, C], normalised per channel. */
  readonly inputs: Float32Array;
  /** [length], each 0 to K - 1. */
  readonly targets: Int32Array;
  /** Images in this batch: the batch size, or what is left over at the end. */
  readonly length: number;
}

/** How images are batched: as they are, or varied, which takes random numbers. */
export interface BatchOptions {
  readonly batchSize: number;
  readonly augment?: Augment | "none";
  /** Needed to vary images; left alone otherwise. */
  readonly random?: Random;
}

/**
 * The images of `dataset` in the given order, in batches, the last one short where the sizes do not divide.
 *
 * The same order, options and random stream give the same batches. Every batch shares one buffer.
 *
 * @param order positions in `dataset`, such as `epochOrder` gives
 * @throws RangeError at the call, not in the loop, if the batch size, the padding or a position is impossible,
 *   or `augment` comes without `random`
 */
export function imageBatches(
  dataset: ImageDataset,
  order: ArrayLike<number>,
  { batchSize, augment = "none", random }: BatchOptions,
): Iterable<ImageBatch> {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw expected("imageBatches", "batchSize to be a whole number of at least 1", batchSize);
  }
  requireIndices("imageBatches", "order", { indices: order, length: dataset.labels.length });
  return batchesOf(dataset, order, { batchSize, place: placements(augment, random, dataset.shape) });
}

/** How each image is placed: `place` changes the placement it is given. */
type Place = (placement: Placement) => void;

function placements(augment: Augment | "none", random: Random | undefined, shape: ImageShape): Place {
  if (augment === "none") return () => undefined;
  if (!Number.isInteger(augment.pad) || augment.pad < 0) {
    throw expected("imageBatches", "augment.pad to be a whole number of at least 0", augment.pad);
  }
  const { cutout = 1 } = augment;
  if (!Number.isInteger(cutout) || cutout < 1) {
    throw expected("imageBatches", "augment.cutout to be a whole number of at least 1", cutout);
  }
  if (random === undefined) {
    throw expected("imageBatches", "random to be given with augment", random, "Pass random(seed, …).");
  }
  return (placement) => {
    drawPlacement(augment, random, { placement, shape });
  };
}

function* batchesOf(
  dataset: ImageDataset,
  order: ArrayLike<number>,
  { batchSize, place }: { readonly batchSize: number; readonly place: Place },
): Generator<ImageBatch, void, undefined> {
  const size = imageSize(dataset.shape);
  const capacity = Math.min(batchSize, order.length);
  const inputs = new Float32Array(capacity * size);
  const targets = new Int32Array(capacity);
  const write = imageWriter(dataset, inputs);
  const placement = centred();
  for (let start = 0; start < order.length; start += capacity) {
    const length = Math.min(capacity, order.length - start);
    for (let slot = 0; slot < length; slot++) {
      const index = order[start + slot]!;
      place(placement);
      write(index, slot, placement);
      targets[slot] = dataset.labels[index]!;
    }
    yield { inputs: inputs.subarray(0, length * size), targets: targets.subarray(0, length), length };
  }
}
