import { type FileHandle, open } from "node:fs/promises";
import {
  type BatchPlan,
  capacityOf,
  type Fill,
  inOrder,
  loadedBatches,
  requireBatches,
} from "../batching.ts";
import { readable } from "../files/bounded-read.ts";
import type { Batch, Dataset } from "../dataset.ts";
import { type Examples, selectRows } from "../examples.ts";
import { fileError } from "../files/file-error.ts";
import {
  changesOf,
  imageFill,
  type ImageFilling,
  imageSize,
  type ImageShape,
  viewsIn,
} from "./image-dataset.ts";
import { type Augment, placements } from "./transforms.ts";
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
  /** Side of what a network sees: the middle of the image, or in training a part at random. */
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
      const rows = selectRows(examples, indices);
      const places = Uint32Array.from(indices, (i) => examples.places[i]!);
      return cachedExamples({ ...examples, ...rows, places });
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
    batches: (order, { batchSize, vary, share }) => {
      const plan = { labels: examples.labels, order, batchSize, share };
      requireBatches(plan);
      const { side, stored, augment } = form;
      // A part at random is a shift within what is stored beyond the part.
      const shifts = { ...augment, pad: augment.pad + ((stored - side) >> 1) };
      const place = placements({ augment: shifts, shape: squareOf(side) }, vary);
      const views = viewsIn(vary, { shape: squareOf(stored), augment });
      return batchesOf(examples, plan, { form, place, changes: changesOf(vary, squareOf(side)), views });
    },
  };
}

function squareOf(side: number): ImageShape {
  return { channels, height: side, width: side };
}

async function* batchesOf(
  { places }: CachedExamples,
  plan: BatchPlan,
  { form, ...varied }: { readonly form: CachedForm } & Pick<ImageFilling, "place" | "changes" | "views">,
): AsyncGenerator<Batch, void, undefined> {
  const [crop, shape] = [squareOf(form.side), squareOf(form.stored)];
  const bytes = imageSize(shape);
  const capacity = capacityOf(plan);
  const halves = [0, 1].map(() => {
    const pixels = new Uint8Array(capacity * bytes);
    const fill = imageFill(
      { ...form, pixels, shape },
      { capacity, ...varied, crop, indexOf: (_, slot) => slot },
    );
    return { pixels, fill };
  });
  const file = await readable(form.pixels, open(form.pixels));
  let turn = 0;
  const load = async (positions: Uint32Array): Promise<Fill> => {
    const { pixels, fill } = halves[turn]!; // of two
    turn = 1 - turn;
    const wanted = positions.map((position) => places[position]!);
    await readImages(file, wanted, { path: form.pixels, bytes, into: pixels });
    return fill;
  };
  try {
    yield* loadedBatches(plan, inOrder(plan), load);
  } finally {
    await file.close();
  }
}

/** Reads images by their places, each run of neighbours at once. */
async function readImages(
  file: FileHandle,
  places: Uint32Array,
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
