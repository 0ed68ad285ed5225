import { imageBatches } from "./batches.ts";
import type { BatchOptions, Batch, Dataset } from "../dataset.ts";
import { type Examples, requireIndices } from "../examples.ts";
import type { Augment } from "./transforms.ts";

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
  /** How training varies them; only cutout does where left out. */
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
    batches: (order, options) => imageBatches(images, order, options),
  };
}

function selected(images: Images, indices: ArrayLike<number>): Images {
  requireIndices("select", "indices", { indices, length: images.labels.length });
  const size = imageSize(images.shape);
  const pixels = new Uint8Array(indices.length * size);
  const labels = new Int32Array(indices.length);
  const ids = new Uint32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]!;
    pixels.set(images.pixels.subarray(from * size, (from + 1) * size), i * size);
    labels[i] = images.labels[from]!;
    ids[i] = images.ids[from]!;
  }
  return { ...images, pixels, labels, ids };
}
