import { expected } from "../../errors.ts";
import type { Batch, BatchOptions, Variation } from "../dataset.ts";
import { requireBatches } from "../examples.ts";
import { imageSize, type Images } from "./image-dataset.ts";
import { type Augment, centred, drawPlacement, imageWriter, type Placement } from "./transforms.ts";

/**
 * Images in the given order, in batches of [length, H, W, C], normalised per channel. Every batch shares one buffer.
 *
 * @param order positions in `images`, such as `epochOrder` gives
 * @throws ArgumentError at the call, not in the loop, if the batch size, the padding or a position is impossible
 */
export function imageBatches(
  images: Images,
  order: ArrayLike<number>,
  { batchSize, vary }: BatchOptions,
): Iterable<Batch> {
  requireBatches("imageBatches", order, { batchSize, length: images.labels.length });
  return batchesOf(images, order, { batchSize, place: placements(images, vary) });
}

/** How each image is placed: `place` changes the placement it is given. */
export type Place = (placement: Placement) => void;

const plain: Augment = { pad: 0, flip: false };

/**
 * How training places its images; as they are where nothing varies them.
 *
 * @param shape of what a network is given
 * @throws ArgumentError if the padding or the side of a square is impossible
 */
export function placements(
  { augment = plain, shape }: Pick<Images, "augment" | "shape">,
  vary: Variation | undefined,
): Place {
  if (vary === undefined) return () => undefined;
  const { random, cutout } = vary;
  if (!Number.isInteger(augment.pad) || augment.pad < 0) {
    throw expected("imageBatches", "augment.pad", "to be a whole number of at least 0", augment.pad);
  }
  if (cutout !== undefined && (!Number.isInteger(cutout) || cutout < 1)) {
    throw expected("imageBatches", "cutout", "to be a whole number of at least 1", cutout);
  }
  const drawn = { ...augment, cutout };
  return (placement) => {
    drawPlacement(drawn, random, { placement, shape });
  };
}

function* batchesOf(
  images: Images,
  order: ArrayLike<number>,
  { batchSize, place }: { readonly batchSize: number; readonly place: Place },
): Generator<Batch, void, undefined> {
  const size = imageSize(images.shape);
  const { height, width, channels } = images.shape;
  const capacity = Math.min(batchSize, order.length);
  const values = new Float32Array(capacity * size);
  const targets = new Int32Array(capacity);
  const positions = new Uint32Array(capacity);
  const write = imageWriter(images, values);
  const placement = centred();
  for (let start = 0; start < order.length; start += capacity) {
    const length = Math.min(capacity, order.length - start);
    for (let slot = 0; slot < length; slot++) {
      const index = order[start + slot]!;
      place(placement);
      write(index, slot, placement);
      targets[slot] = images.labels[index]!;
      positions[slot] = index;
    }
    const shape = [length, height, width, channels];
    yield {
      inputs: [{ values: values.subarray(0, length * size), shape, layout: "channels-last" }],
      targets: targets.subarray(0, length),
      positions: positions.subarray(0, length),
      length,
    };
  }
}
