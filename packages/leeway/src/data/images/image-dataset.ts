import { type Fill, plannedBatches } from "../batching.ts";
import type { Batch, BatchOptions, Dataset } from "../dataset.ts";
import { type Examples, selectRows } from "../examples.ts";
import { type Augment, centred, imageWriter, placements } from "./transforms.ts";

/** Size of one image: C channels, H rows, W columns. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** N labelled images, held in memory as bytes. */
export interface Images extends Omit<Examples, "select"> {
  readonly shape: ImageShape;
  /** [N, H, W, C], 0 to 255: the channels of a pixel lie side by side. */
  readonly pixels: Uint8Array;
  /** What is taken off each channel, pixels in 0..1: its mean over the published training split. */
  readonly mean: readonly number[];
  /** What each channel is then divided by. */
  readonly std: readonly number[];
  /** How training varies them; by default only cutout does. */
  readonly augment?: Augment;
}

/** Images as a data set: one split, or a part of it. */
export interface ImageDataset extends Images, Dataset {
  select(indices: ArrayLike<number>): ImageDataset;
  batches(order: ArrayLike<number>, options: BatchOptions): Iterable<Batch>;
}

/** The two splits an image data set is published in. */
export interface DatasetSplits {
  readonly train: ImageDataset;
  readonly test: ImageDataset;
}

/** Bytes of one image: C · H · W. */
export function imageSize(shape: ImageShape): number {
  return shape.channels * shape.height * shape.width;
}

/** Images as a data set. The arrays are not copied. */
export function imageDataset(images: Images): ImageDataset {
  return {
    ...images,
    input: { kind: "image", ...images.shape },
    select: (indices) => imageDataset(selected(images, indices)),
    batches: (order, { batchSize, vary }) => {
      const { labels, shape } = images;
      const place = placements(images, vary);
      return plannedBatches({ labels, order, batchSize }, (capacity) => {
        const values = new Float32Array(capacity * imageSize(shape));
        const write = imageWriter(images, values);
        const placement = centred();
        return imageFill(values, shape, (position, slot) => {
          place(placement);
          write(position, slot, placement);
        });
      });
    },
  };
}

/**
 * Fills batches of images, [length, H, W, C], one after the other into `values`.
 *
 * @param write writes the image at a position as item `slot` of the batch
 */
export function imageFill(
  values: Float32Array,
  shape: ImageShape,
  write: (position: number, slot: number) => void,
): Fill {
  const { channels, height, width } = shape;
  const size = imageSize(shape);
  return (positions) => {
    const { length } = positions;
    for (let slot = 0; slot < length; slot++) write(positions[slot]!, slot);
    const inputs = values.subarray(0, length * size);
    return [{ values: inputs, shape: [length, height, width, channels], layout: "channels-last" }];
  };
}

function selected(images: Images, indices: ArrayLike<number>): Images {
  const rows = selectRows(images, indices);
  const size = imageSize(images.shape);
  const pixels = new Uint8Array(indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * size;
    pixels.set(images.pixels.subarray(from, from + size), i * size);
  }
  return { ...images, ...rows, pixels };
}
