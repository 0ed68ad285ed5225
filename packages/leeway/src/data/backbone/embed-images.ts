import type { Backbone } from "../../backbones/index.ts";
import { RunError } from "../../errors.ts";
import { type Colours, imageGroupSize } from "../../preparation/index.ts";
import type { SourceFile } from "../images/listing.ts";
import type { BadExample, EmbeddedGroup } from "./feature-cache.ts";
import { type HeldImage, type ImagePreparer, imagePreparer } from "./image-preparer.ts";

/** An image that is ready, why it is not, or why nothing goes on. */
type Prepared =
  { readonly index: number; readonly image: HeldImage } | BadExample | { readonly fault: RunError };

/** How images are embedded. */
export interface EmbedOptions {
  /** Threads that make images ready. */
  readonly threads?: number | undefined;
}

/**
 * The vectors of files as they come, each group of neighbours together. While one group is computed the next ones are
 * made ready.
 *
 * @param files in an order in which every group comes to its end
 * @param options.count how many there are, with those that are not wanted
 */
export async function* embeddedFiles(
  files: AsyncIterable<SourceFile> | Iterable<SourceFile>,
  backbone: Backbone,
  { count, threads }: EmbedOptions & { readonly count: number },
): AsyncGenerator<EmbeddedGroup, void, undefined> {
  const size = imageGroupSize(backbone.steps);
  const preparer = imagePreparer(backbone.steps, { count, threads });
  const ahead = groupsAhead(preparer, size);
  const pending = new Map<number, Promise<Prepared>[]>();
  const ready: Promise<Prepared>[][] = [];
  try {
    for await (const { index, read } of files) {
      const group = Math.floor(index / size);
      const some = pending.get(group) ?? [];
      pending.set(group, some);
      some.push(settled(index, async () => preparer.prepare({ bytes: await read() })));
      if (some.length < Math.min(size, count - group * size)) continue;
      pending.delete(group);
      ready.push(some);
      if (ready.length > ahead) yield await embedded(await Promise.all(ready.shift()!), backbone);
    }
    for (const some of [...ready, ...pending.values()])
      yield await embedded(await Promise.all(some), backbone);
  } finally {
    await preparer.close();
  }
}

/** Groups that are being made ready beside the one that is computed. */
function groupsAhead({ width }: ImagePreparer, size: number): number {
  return Math.max(1, Math.ceil(width / size));
}

/** What becomes of an image; never rejected, since nobody may be waiting yet. */
function settled(index: number, prepare: () => Promise<HeldImage>): Promise<Prepared> {
  return prepare().then(
    (image) => ({ index, image }),
    (error: unknown) =>
      error instanceof RunError && error.code === "environment"
        ? { fault: error }
        : { index, why: error instanceof Error ? error.message : String(error) },
  );
}

async function embedded(group: readonly Prepared[], backbone: Backbone): Promise<EmbeddedGroup> {
  const { size } = backbone.steps;
  for (const each of group) if ("fault" in each) throw each.fault;
  const images = group.flatMap((each) => ("image" in each ? [each] : []));
  const bad = group.flatMap((each) => ("why" in each ? [each] : []));
  const vectors = new Float32Array(group.length * size);
  if (images.length > 0) vectors.set(await backbone.images(images.map(({ image }) => image)));
  for (const { image } of images) image.release?.();
  return { indices: [...images, ...bad].map(({ index }) => index), vectors, bad };
}

/** Images of bytes in memory: [N, H, W, C], grey ones of one channel. Shared memory is read by other threads in place. */
export interface PixelImages {
  readonly count: number;
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** The vectors of images in memory. */
export async function* embeddedPixels(
  images: PixelImages,
  backbone: Backbone,
  { wanted, threads }: EmbedOptions & { readonly wanted: (index: number) => boolean },
): AsyncGenerator<EmbeddedGroup, void, undefined> {
  const size = imageGroupSize(backbone.steps);
  const preparer = imagePreparer(backbone.steps, { count: images.count, threads });
  const ahead = groupsAhead(preparer, size);
  const ready: Promise<Prepared>[][] = [];
  try {
    for (let from = 0; from < images.count; from += size) {
      const indices = Array.from({ length: Math.min(size, images.count - from) }, (_, i) => from + i);
      if (!indices.some(wanted)) continue;
      ready.push(
        indices.map((index) => settled(index, () => preparer.prepare({ colours: colours(images, index) }))),
      );
      if (ready.length > ahead) yield await embedded(await Promise.all(ready.shift()!), backbone);
    }
    for (const some of ready) yield await embedded(await Promise.all(some), backbone);
  } finally {
    await preparer.close();
  }
}

function colours({ pixels, width, height, channels }: PixelImages, index: number): Colours {
  const numbers = width * height * channels;
  const own = pixels.subarray(index * numbers, (index + 1) * numbers);
  if (channels === 3) return { data: own, width, height };
  return {
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => own[Math.floor(i / 3)]!),
    width,
    height,
  };
}
