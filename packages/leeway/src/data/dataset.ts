import { expected } from "../errors.ts";

/** Size of one image: C channels, H rows, W columns. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** N labelled images, held in memory as bytes: one split of a data set, or a part of it. */
export interface ImageDataset {
  /** The data set's name in the catalogue, whatever part of it this is. */
  readonly name: string;
  /** One name per class, in label order; K of them. */
  readonly classNames: readonly string[];
  readonly shape: ImageShape;
  /** [N, H, W, C], 0 to 255: the channels of a pixel lie side by side. */
  readonly pixels: Uint8Array;
  /** [N], each 0 to K - 1. */
  readonly labels: Int32Array;
  /** [N], each example's position in the split's original files, counted from 0. */
  readonly ids: Uint32Array;
  /** What is taken off each channel, pixels in 0..1: its mean over the published training split. */
  readonly mean: readonly number[];
  /** What each channel is then divided by. */
  readonly std: readonly number[];
}

/** The two splits a data set is published in. */
export interface DatasetSplits {
  readonly train: ImageDataset;
  readonly test: ImageDataset;
}

/** Bytes of one image: C · H · W. */
export function imageSize(shape: ImageShape): number {
  return shape.channels * shape.height * shape.width;
}

/**
 * The examples at `indices`, in that order, copied into a data set of their own. Repeats are allowed.
 *
 * @param indices positions in `dataset` (not ids), each 0 to N - 1
 * @throws RangeError if an index is not the position of an example
 */
export function select(dataset: ImageDataset, indices: ArrayLike<number>): ImageDataset {
  requireIndices("select", "indices", { indices, length: dataset.labels.length });
  const size = imageSize(dataset.shape);
  const pixels = new Uint8Array(indices.length * size);
  const labels = new Int32Array(indices.length);
  const ids = new Uint32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]!;
    pixels.set(dataset.pixels.subarray(from * size, (from + 1) * size), i * size);
    labels[i] = dataset.labels[from]!;
    ids[i] = dataset.ids[from]!;
  }
  return { ...dataset, pixels, labels, ids };
}

/**
 * Checks that every index is the position of one of `length` examples.
 *
 * @throws RangeError that names the first index that is not
 */
export function requireIndices(
  where: string,
  name: string,
  { indices, length }: { readonly indices: ArrayLike<number>; readonly length: number },
): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (index === undefined || !Number.isInteger(index) || index < 0 || index >= length) {
      throw expected(where, `${name}[${i}] to be a whole number from 0 to ${length - 1}`, index);
    }
  }
}

/**
 * The positions of each class's examples, ascending: one list per class.
 *
 * @param labels  [N], each 0 to `classes` - 1
 * @param classes K
 */
export function positionsByClass(labels: ArrayLike<number>, classes: number): number[][] {
  const positions: number[][] = Array.from({ length: classes }, () => []);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    const list = positions[label];
    if (list === undefined) throw expected("labels", `labels[${i}] to be from 0 to ${classes - 1}`, label);
    list.push(i);
  }
  return positions;
}
