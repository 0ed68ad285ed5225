import { imageRows, scope, type Tensor } from "@leeway/torch";
import { type Fill, plannedBatches, readLater, type Taken } from "../batching.ts";
import { type Batch, type BatchOptions, type Dataset, furtherViews, type Variation } from "../dataset.ts";
import { type Examples, selectRows } from "../examples.ts";
import { type Changes, policyChanges } from "./policies.ts";
import {
  type Augment,
  centred,
  type ImageWriter,
  imageWriter,
  normalisation,
  type Place,
  placementNumbers,
  placementRows,
  placements,
} from "./transforms.ts";
import { type Views, type ViewSlot, viewsOf } from "./views.ts";

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
    batches: (order, { batchSize, vary, share }) => {
      const place = placements(images, vary);
      const changes = changesOf(vary, images.shape);
      const views = viewsIn(vary, images);
      return plannedBatches({ labels: images.labels, order, batchSize, share }, (capacity) =>
        imageFill(images, { capacity, place, changes, views }),
      );
    },
  };
}

/** How training changes the bytes of images of a shape, if it does. */
export function changesOf(vary: Variation | undefined, shape: ImageShape): Changes | undefined {
  const policy = vary?.policy;
  return policy && policyChanges(policy.name, shape, policy.random);
}

/** The further views that training takes of images, if it does. */
export function viewsIn(
  vary: Variation | undefined,
  { shape, augment }: Pick<Images, "shape" | "augment">,
): Views | undefined {
  if (vary?.views === undefined) return undefined;
  const { rules, random } = vary.views;
  return viewsOf(rules, { shape, flip: augment?.flip ?? false, random });
}

/** How a batch is filled with images. */
export interface ImageFilling {
  /** Images of the largest batch. */
  readonly capacity: number;
  readonly place: Place;
  /**
   * What is done to an image that lies in its place; by default nothing. A hole then is black, as by the authors of these
   * recipes, who cut it out before they normalise, and else the mean, as by those of cutout.
   */
  readonly changes?: Changes | undefined;
  /** Further views of each image, see `Batch`; by default none. */
  readonly views?: Views | undefined;
  /** The size that a network sees, around the middle of each image; by default all of it. */
  readonly crop?: ImageShape;
  /** The place in `pixels` of the image that is item `slot` of a batch; by default its position. */
  readonly indexOf?: (position: number, slot: number) => number;
}

/** Fills batches of images, [length, H, W, C], of further views too; values that are read share one buffer. */
export function imageFill(
  images: Pick<Images, "pixels" | "shape" | "mean" | "std">,
  { capacity, place, changes, views, crop = images.shape, indexOf = (position) => position }: ImageFilling,
): Fill {
  const { channels, height, width } = crop;
  const size = imageSize(crop);
  const copies = views ? 1 + furtherViews : 1;
  const indices = new Int32Array(copies * capacity);
  const rows = new Int32Array(copies * capacity * placementNumbers);
  const table = normalisation(images);
  const hole = changes && Float32Array.from({ length: channels }, (_, c) => table[256 * c]!);
  const how = { ...images.shape, crop, table, ...(hole && { hole }) };
  const each = 2 * Math.max(changes?.count ?? 0, views?.count ?? 0);
  const draws = drawsOf(copies * capacity, each);
  const placed = draws.slots.map(({ placement }) => placement);
  let buffer: { readonly values: Float32Array; readonly write: ImageWriter } | undefined;
  return (positions, taken) => {
    const { length } = positions;
    const rowOf = rowsOf(taken);
    const count = copies * length;
    for (let slot = 0; slot < (taken?.of ?? length); slot++) {
      const row = rowOf(slot);
      const own = draws.slots[row] ?? draws.spare;
      place(own.placement);
      own.box[2] = 0; // it is cropped
      own.changes.fill(0);
      changes?.draw(own.changes);
      for (let at = row + length; views && at < row + count; at += length) {
        const view = row < 0 ? draws.spare : draws.slots[at]!; // as many as all rows
        view.placement.hole.side = 0;
        views.draw(view);
      }
    }
    for (let row = 0; row < count; row++) indices[row] = indexOf(positions[row % length]!, row % length);
    const toTensor = (device: string): Tensor => {
      const placements = placementRows(indices, placed, rows.subarray(0, count * placementNumbers));
      return imageRows(images.pixels, placements, {
        ...how,
        ...(views && { boxes: draws.boxes.subarray(0, 4 * count) }),
        changes: draws.changes.subarray(0, each * count),
        device,
      });
    };
    const input = { shape: [count, height, width, channels], layout: "channels-last", toTensor } as const;
    const read = (): Float32Array => {
      // There is no second version of what changes bytes.
      if (changes || views) return scope(() => toTensor("cpu").data() as Float32Array);
      if (buffer === undefined) {
        const values = new Float32Array(capacity * size);
        buffer = { values, write: imageWriter(images, values, { crop }) };
      }
      for (let slot = 0; slot < length; slot++) buffer.write(indices[slot]!, slot, placed[slot]!);
      return buffer.values.subarray(0, length * size);
    };
    return [readLater(input, read)];
  };
}

/**
 * Room for the draws of so many rows, as `imageRows` reads them.
 *
 * @param each numbers of a row's changes
 */
function drawsOf(
  rows: number,
  each: number,
): {
  readonly boxes: Int32Array;
  readonly changes: Float64Array;
  readonly slots: readonly ViewSlot[];
  /** Of what others take. */
  readonly spare: ViewSlot;
} {
  const boxes = new Int32Array(4 * rows);
  const changes = new Float64Array(each * rows);
  const slots = Array.from({ length: rows }, (_, row) => ({
    placement: centred(),
    box: boxes.subarray(4 * row, 4 * row + 4),
    changes: changes.subarray(each * row, each * (row + 1)),
  }));
  const spare = { placement: centred(), box: new Int32Array(4), changes: new Float64Array(each) };
  return { boxes, changes, slots, spare };
}

/** The row of a batch that an example in a slot of it becomes: -1 where it is not taken. */
function rowsOf(taken: Taken | undefined): (slot: number) => number {
  if (taken === undefined) return (slot) => slot;
  const rows = new Int32Array(taken.of).fill(-1);
  taken.slots.forEach((slot, row) => {
    rows[slot] = row;
  });
  return (slot) => rows[slot]!; // a slot of the batch
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
