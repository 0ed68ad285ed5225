import { madeOn } from "../made-on.ts";
import { native } from "../native.ts";
import type { Tensor } from "../tensor.ts";

/** Where a batch is to be. */
interface Placed {
  readonly device?: string;
}

/** How the bytes of images become a batch. */
export interface ImageRows extends Placed {
  /** [C · 256], what a network sees of each byte of a channel. */
  readonly table: Float32Array;
  readonly channels: number;
  /** The size of the images. */
  readonly height: number;
  readonly width: number;
  /** The size of what is cropped out of them. */
  readonly crop: { readonly height: number; readonly width: number };
  /** [C], what the network sees in a square that is cut out; by default 0. */
  readonly hole?: Float32Array;
  /**
   * [N · 4], the row, column, height and width of a part of each image, which is resized to the size of a crop, as Pillow
   * does it with its bilinear filter, and mirrored; no height where an image is cropped instead. By default none is resized.
   */
  readonly boxes?: Int32Array;
  /**
   * [N · M · 2], M changes for each image, made after the crop and the mirror and before the square is cut out: the number
   * of one of `imageChanges` and its magnitude. By default none.
   */
  readonly changes?: Float64Array;
}

/**
 * What can be done to the bytes of an image, as Pillow does it, to the byte; magnitudes as torchvision's AutoAugment
 * counts them: a shear's tangent, pixels, degrees, what a factor is above 1, bits that stay, the first byte that is
 * turned around; a share of the circle of hues, from -0.5 to 0.5, and a blur's deviation in pixels, above 0. Affine changes take the nearest pixel, and show grey, 128, outside of the image.
 */
export const imageChanges = [
  ...["none", "shear-x", "shear-y", "translate-x", "translate-y", "rotate", "brightness", "color"],
  ...[
    "contrast",
    "sharpness",
    "posterize",
    "solarize",
    "auto-contrast",
    "equalize",
    "invert",
    "hue",
    "grey",
    "blur",
  ],
] as const;

/**
 * A batch of images from the bytes of many, cropped, mirrored, normalised, in one pass on all threads.
 *
 * @param pixels     [images, H, W, C]
 * @param placements [N · 7], for each image of the batch its place in `pixels`, how far down and right the crop lies
 *   from the middle, whether it is mirrored, and the side, row and column of a square that is cut out. What a crop
 *   shows outside of an image is byte 0.
 * @returns [N, height, width, C]
 */
export function imageRows(
  pixels: Uint8Array,
  placements: Int32Array,
  { table, channels, height, width, crop, hole, boxes = noBoxes, changes = none, device = "cpu" }: ImageRows,
): Tensor {
  const sizes = Int32Array.of(channels, height, width, crop.height, crop.width);
  const filling = hole ?? new Float32Array(channels);
  return madeOn(device, (pinned) =>
    native().imageRows(pixels, placements, boxes, changes, table, filling, sizes, pinned),
  );
}

const none = new Float64Array(0);
const noBoxes = new Int32Array(0);

/** What is taken off each dimension, and what it is then divided by. */
export interface Standardisation {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/**
 * Rows of a matrix, (x - mean) / deviation in float64 rounded to float32, on all threads.
 *
 * @param vectors [rows, D]
 * @param rows    [N]
 * @returns [N, D]
 */
export function vectorRows(
  vectors: Float32Array,
  rows: Uint32Array,
  { mean, deviation, device = "cpu" }: Standardisation & Placed,
): Tensor {
  return madeOn(device, (pinned) => native().vectorRows(vectors, rows, mean, deviation, pinned));
}

/**
 * Rows of a matrix as they are, on all threads.
 *
 * @param matrix [rows, width]
 * @param rows   [N]
 * @returns [N, width], int64 of whole numbers
 */
export function gatherRows(
  matrix: Float32Array | Int32Array,
  rows: Uint32Array,
  { width, device = "cpu" }: { readonly width: number } & Placed,
): Tensor {
  return madeOn(device, (pinned) => native().gatherRows(matrix, width, rows, pinned));
}

/** How columns of numbers become a batch. */
export interface NumberRows extends Standardisation, Placed {
  /** [F], not 0 where another value tells that the number is missing; these stand after all columns. */
  readonly indicator: Int32Array;
  /** Standardised values further from 0 than this are moved here. */
  readonly limit: number;
}

/**
 * Rows of columns of numbers, standardised as by {@link vectorRows}; 0 where missing, which is NaN. On all threads.
 *
 * @param columns F of them, one value a row
 * @param rows    [N]
 * @returns [N, F + indicators]
 */
export function numberRows(
  columns: readonly Float32Array[],
  rows: Uint32Array,
  { mean, deviation, indicator, limit, device = "cpu" }: NumberRows,
): Tensor {
  return madeOn(device, (pinned) =>
    native().numberRows(columns, rows, mean, deviation, indicator, limit, pinned),
  );
}

/**
 * Rows of columns of categories, by a list of codes for each column, whose last is that of a missing value, which is
 * below 0. On all threads.
 *
 * @param columns G of them, one value a row
 * @param rows    [N]
 * @returns [N, G] int64
 */
export function codeRows(
  columns: readonly Int32Array[],
  rows: Uint32Array,
  { codes, device = "cpu" }: { readonly codes: readonly Int32Array[] } & Placed,
): Tensor {
  return madeOn(device, (pinned) => native().codeRows(columns, rows, codes, pinned));
}
