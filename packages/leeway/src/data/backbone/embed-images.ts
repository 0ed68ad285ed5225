import type { Backbone } from "../../backbones/index.ts";
import {
  type BackboneSteps,
  type Colours,
  inputSize,
  middle,
  processedImage,
  type ReadyImage,
} from "../../preparation/index.ts";
import { decodeImage, decodeWhole } from "../images/decode.ts";
import type { SourceFile } from "../images/listing.ts";
import type { BadExample, EmbeddedGroup } from "./feature-cache.ts";

/** Images that are embedded together: more would not be faster, and would take memory. */
const groupSize = 16;

/** How an image's file becomes the input of a backbone. */
export function imageReader({ image }: BackboneSteps): (bytes: Uint8Array) => Promise<ReadyImage> {
  const { processing } = image!; // of images
  if (!("side" in processing)) return async (bytes) => processedImage(await decodeWhole(bytes), processing);
  const { side } = processing;
  return async (bytes) => ({
    ...{ width: side, height: side },
    data: middle(await decodeImage(bytes, processing), processing),
  });
}

/** How many images go into a graph together: one, where each has a size of its own. */
export function imageGroupSize({ image }: BackboneSteps): number {
  const { processing, batch } = image!; // of images
  if (batch === 1 || (!("side" in processing) && inputSize(processing) === null)) return 1;
  return batch === null ? groupSize : batch * Math.ceil(groupSize / batch);
}

/** An image that is read, or why it is not. */
type Read = { readonly index: number; readonly image: ReadyImage } | BadExample;

/**
 * The vectors of files as they come, each group of neighbours together. While one group is computed the next is decoded.
 *
 * @param files in an order in which every group comes to its end
 */
export async function* embeddedFiles(
  files: AsyncIterable<SourceFile> | Iterable<SourceFile>,
  backbone: Backbone,
  count: number,
): AsyncGenerator<EmbeddedGroup, void, undefined> {
  const read = imageReader(backbone.steps);
  const size = imageGroupSize(backbone.steps);
  const pending = new Map<number, Promise<Read>[]>();
  const ready: Promise<Read>[][] = [];
  for await (const { index, read: bytesOf } of files) {
    const group = Math.floor(index / size);
    const some = pending.get(group) ?? [];
    pending.set(group, some);
    some.push(
      bytesOf()
        .then(read)
        .then(
          (image): Read => ({ index, image }),
          (error: unknown): Read => ({ index, why: error instanceof Error ? error.message : String(error) }),
        ),
    );
    if (some.length < Math.min(size, count - group * size)) continue;
    pending.delete(group);
    ready.push(some);
    // The group before is computed once this one is being decoded.
    if (ready.length > 1) yield embedded(await Promise.all(ready.shift()!), backbone);
  }
  for (const some of [...ready, ...pending.values()]) yield embedded(await Promise.all(some), backbone);
}

async function embedded(group: readonly Read[], backbone: Backbone): Promise<EmbeddedGroup> {
  const { size } = backbone.steps;
  const images = group.flatMap((each) => ("image" in each ? [each] : []));
  const bad = group.flatMap((each) => ("why" in each ? [each] : []));
  const vectors = new Float32Array(group.length * size);
  if (images.length > 0) vectors.set(await backbone.images(images.map(({ image }) => image)));
  return { indices: [...images, ...bad].map(({ index }) => index), vectors, bad };
}

/** Images of bytes in memory: [N, H, W, C], grey ones of one channel. */
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
  wanted: (index: number) => boolean,
): AsyncGenerator<EmbeddedGroup, void, undefined> {
  const size = imageGroupSize(backbone.steps);
  for (let from = 0; from < images.count; from += size) {
    const indices = Array.from({ length: Math.min(size, images.count - from) }, (_, i) => from + i);
    if (!indices.some(wanted)) continue;
    const ready = await Promise.all(
      indices.map((index) => readyPixels(colours(images, index), backbone.steps)),
    );
    yield { indices, vectors: await backbone.images(ready), bad: [] };
  }
}

/** A decoded image as the input of a backbone. */
export async function readyPixels(image: Colours, { image: steps }: BackboneSteps): Promise<ReadyImage> {
  const { processing } = steps!; // of images
  if (!("side" in processing)) return processedImage(image, processing);
  const { side, size } = processing;
  if (image.width === size && image.height === size) {
    return { width: side, height: side, data: middle(Uint8Array.from(image.data), processing) };
  }
  const { decoder } = await import("../images/decoder.ts");
  const sharp = await decoder();
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  const png = await sharp(image.data, { raw }).png({ compressionLevel: 0 }).toBuffer();
  return { width: side, height: side, data: middle(await decodeImage(png, processing), processing) };
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
