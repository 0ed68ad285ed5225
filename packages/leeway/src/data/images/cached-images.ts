import { type FileHandle, open } from "node:fs/promises";
import { type Place, placements } from "./batches.ts";
import { unreadable } from "../files/bounded-read.ts";
import type { Batch, BatchOptions, Dataset } from "../dataset.ts";
import { type Examples, requireBatches, requireIndices } from "../examples.ts";
import { fileError } from "../files/file-error.ts";
import { imageSize, type ImageShape } from "./image-dataset.ts";
import { type Augment, centred, imageWriter } from "./transforms.ts";
import { channels } from "./decode.ts";

/** Labelled images of a cache, before it is known what is taken off their channels. */
export interface CachedExamples extends Examples {
  /** [N], each example's image, counted from the cache's first. */
  readonly places: Uint32Array;
  select(indices: ArrayLike<number>): CachedExamples;
}

/** How cached images become inputs of a network. */
export interface CachedForm {
  /** The cache's file. */
  readonly pixels: string;
  /** Side of an image in the cache. */
  readonly stored: number;
  /** Side of what a network is given: the middle of the image, or in training a part at random. */
  readonly side: number;
  /** As in `Images`. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** How training varies images, after the part at random. */
  readonly augment: Augment;
}

/** Images of a cache as examples. */
export function cachedExamples(
  examples: Pick<CachedExamples, "name" | "classNames" | "labels" | "ids" | "places">,
): CachedExamples {
  return {
    ...examples,
    select: (indices) => {
      requireIndices("select", "indices", { indices, length: examples.labels.length });
      const at = Array.from(indices);
      return cachedExamples({
        ...examples,
        labels: Int32Array.from(at, (i) => examples.labels[i]!),
        ids: Uint32Array.from(at, (i) => examples.ids[i]!),
        places: Uint32Array.from(at, (i) => examples.places[i]!),
      });
    },
  };
}

/**
 * Images of a cache as a data set. They stay in the file: a batch is read from it while the step before computes,
 * into one of two buffers, so that memory does not grow with the data.
 */
export function cachedImages(examples: CachedExamples, form: CachedForm): Dataset {
  return {
    ...examples,
    input: { kind: "image", ...squareOf(form.side) },
    select: (indices) => cachedImages(examples.select(indices), form),
    batches: (order, { batchSize, vary }: BatchOptions) => {
      requireBatches("cachedImages", order, { batchSize, length: examples.labels.length });
      const { side, stored, augment } = form;
      // A part at random is a shift within what is stored beyond the part.
      const shifts = { ...augment, pad: augment.pad + ((stored - side) >> 1) };
      const place = placements({ augment: shifts, shape: squareOf(side) }, vary);
      return batchesOf(examples, order, { form, batchSize, place });
    },
  };
}

function squareOf(side: number): ImageShape {
  return { channels, height: side, width: side };
}

async function* batchesOf(
  { labels, places }: CachedExamples,
  order: ArrayLike<number>,
  {
    form,
    batchSize,
    place,
  }: { readonly form: CachedForm; readonly batchSize: number; readonly place: Place },
): AsyncGenerator<Batch, void, undefined> {
  const { side, stored } = form;
  const crop = squareOf(side);
  const shape = squareOf(stored);
  const [bytes, size] = [imageSize(shape), imageSize(crop)];
  const capacity = Math.min(batchSize, order.length);
  const values = new Float32Array(capacity * size);
  const targets = new Int32Array(capacity);
  const positions = new Uint32Array(capacity);
  const halves = [0, 1].map(() => {
    const pixels = new Uint8Array(capacity * bytes);
    return { pixels, write: imageWriter({ ...form, pixels, shape }, values, { crop }) };
  });
  const placement = centred();
  const file = await open(form.pixels).catch((cause: unknown) => {
    throw unreadable(form.pixels, cause);
  });
  const read = async (start: number, into: Uint8Array): Promise<void> => {
    const length = Math.max(0, Math.min(capacity, order.length - start));
    const wanted = Array.from({ length }, (_, slot) => places[order[start + slot]!]!);
    await readImages(file, wanted, { path: form.pixels, bytes, into });
  };
  let coming = read(0, halves[0]!.pixels);
  try {
    for (let start = 0, turn = 0; start < order.length; start += capacity, turn = 1 - turn) {
      const half = halves[turn]!;
      await coming;
      coming = read(start + capacity, halves[1 - turn]!.pixels);
      coming.catch(() => undefined); // thrown where it is awaited
      const length = Math.min(capacity, order.length - start);
      for (let slot = 0; slot < length; slot++) {
        const index = order[start + slot]!;
        place(placement);
        half.write(slot, slot, placement);
        targets[slot] = labels[index]!;
        positions[slot] = index;
      }
      yield {
        inputs: [
          {
            values: values.subarray(0, length * size),
            shape: [length, side, side, channels],
            layout: "channels-last",
          },
        ],
        targets: targets.subarray(0, length),
        positions: positions.subarray(0, length),
        length,
      };
    }
  } finally {
    await coming.catch(() => undefined); // nothing may be read into a file that is closed
    await file.close();
  }
}

/** Reads images by their places, each run of neighbours at once. */
async function readImages(
  file: FileHandle,
  places: readonly number[],
  { path, bytes, into }: { readonly path: string; readonly bytes: number; readonly into: Uint8Array },
): Promise<void> {
  const reads: Promise<void>[] = [];
  for (let i = 0, run: number; i < places.length; i += run) {
    run = 1;
    while (i + run < places.length && places[i + run] === places[i]! + run) run++;
    reads.push(
      readWhole(file, into.subarray(i * bytes, (i + run) * bytes), { path, from: places[i]! * bytes }),
    );
  }
  await Promise.all(reads);
}

async function readWhole(
  file: FileHandle,
  into: Uint8Array,
  { path, from }: { readonly path: string; readonly from: number },
): Promise<void> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, from + filled);
    if (bytesRead === 0) {
      const advice = "Delete the cache's folder: it is made again.";
      throw fileError(path, { expected: "a whole cache of images", got: "one that is cut off", advice });
    }
    filled += bytesRead;
  }
}
