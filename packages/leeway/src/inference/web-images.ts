import { exampleFault, isPixels, parseImageSteps, type Pixels } from "../preparation/index.ts";
import { threeColours } from "./backbone-decoder.ts";
import type { Decode } from "./exported-predictor.ts";
import type { BlobLike } from "./model.ts";

/** What of a browser's images is used; its types are not needed to compile, so that they need not be there. */
interface Browser {
  readonly createImageBitmap: (source: unknown) => Promise<Bitmap>;
  readonly OffscreenCanvas: new (width: number, height: number) => Canvas;
  readonly Blob: new (parts: readonly unknown[]) => BlobLike;
  readonly ImageData: new (data: Uint8ClampedArray, width: number, height: number) => object;
  readonly fetch: (
    address: string,
  ) => Promise<{ readonly ok: boolean; readonly status: number; blob(): Promise<BlobLike> }>;
}

interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}

interface Canvas {
  getContext(kind: "2d"): {
    imageSmoothingEnabled: boolean;
    imageSmoothingQuality: string;
    drawImage(image: Bitmap, x: number, y: number, width: number, height: number): void;
    getImageData(x: number, y: number, width: number, height: number): Pixels;
  } | null;
}

/**
 * Decodes and resizes images by the browser: files' bytes, Blobs, addresses, and ImageData of another size. Its
 * resampling is not that of training, so that probabilities may differ from those of Node in the second or third digit.
 *
 * @param record `preparation.json`
 */
export function webDecoder(record: unknown, path: string): Decode {
  const { size, resize } = parseImageSteps(record, path);
  return async (example, at) => {
    if (isPixels(example) && example.width === size && example.height === size) return example;
    try {
      const bitmap = await bitmapOf(example);
      const pixels = resized(bitmap, size, resize === "crop");
      bitmap.close();
      return pixels;
    } catch (cause) {
      const got = cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause);
      throw exampleFault(at, { what: "to be an image that can be read", got });
    }
  };
}

/** Decodes an image in its own size by the browser. */
export const webColours: Decode = async (example, at) => {
  if (isPixels(example)) {
    const { data, width, height } = example;
    return { data: threeColours(data, width, height), width, height };
  }
  try {
    const bitmap = await bitmapOf(example);
    const { width, height } = bitmap;
    const { OffscreenCanvas } = globalThis as unknown as Browser;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    if (context === null) throw new Error("no canvas");
    context.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    const { data } = context.getImageData(0, 0, width, height);
    return { data: threeColours(data, width, height), width, height };
  } catch (cause) {
    const got = cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause);
    throw exampleFault(at, { what: "to be an image that can be read", got });
  }
};

async function bitmapOf(example: unknown): Promise<Bitmap> {
  const { createImageBitmap, Blob, ImageData, fetch } = globalThis as unknown as Browser;
  if (isPixels(example)) {
    const { data, width, height } = example;
    if (data.length !== 4 * width * height)
      throw new Error(`${data.length / (width * height)} bytes a pixel, not 4`);
    return createImageBitmap(new ImageData(new Uint8ClampedArray(data), width, height));
  }
  const address = addressIn(example);
  if (address !== undefined) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return createImageBitmap(await answer.blob());
  }
  const isBytes = example instanceof Uint8Array || example instanceof ArrayBuffer;
  return createImageBitmap(isBytes ? new Blob([example]) : example);
}

/** The address of a text or a URL; undefined for what is none. */
function addressIn(example: unknown): string | undefined {
  if (typeof example === "string") return example;
  return typeof example === "object" && example !== null && "href" in example
    ? String(example.href)
    : undefined;
}

/** The square that training made of an image: the middle of it, or all of it, stretched. */
function resized(bitmap: Bitmap, size: number, isCrop: boolean): Pixels {
  const { OffscreenCanvas } = globalThis as unknown as Browser;
  const context = new OffscreenCanvas(size, size).getContext("2d");
  if (context === null) throw new Error("no canvas");
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  const scale = size / Math.min(bitmap.width, bitmap.height);
  const [width, height] = isCrop ? [bitmap.width * scale, bitmap.height * scale] : [size, size];
  context.drawImage(bitmap, (size - width) / 2, (size - height) / 2, width, height);
  return context.getImageData(0, 0, size, size);
}
