import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { decodeImage, decodeWhole } from "../data/images/decode.ts";
import { RunError } from "../errors.ts";
import { type BlobLike, type Decode, threeColours } from "../inference/index.ts";
import { exampleFault, isPixels, parseImageSteps, type Pixels } from "../preparation/index.ts";

/**
 * Decodes images by sharp, exactly as training does: files by their paths or bytes, and pixels of another size.
 *
 * @param record `preparation.json`
 */
export function imageDecoder(record: unknown, path: string): Decode {
  const { size, resize } = parseImageSteps(record, path);
  return async (example, at) => {
    if (isPixels(example) && example.width === size && example.height === size) return example;
    try {
      const bytes = isPixels(example) ? await encoded(example) : await bytesOf(example);
      if (bytes === undefined) throw new Error(noImage(example));
      const data = await decodeImage(bytes, { size, resize });
      return { data, width: size, height: size } satisfies Pixels;
    } catch (cause) {
      throw imageFault(example, cause, at);
    }
  };
}

/** Decodes an image in its own size by sharp: a file by its path or bytes, and pixels as they are. */
export const wholeImage: Decode = async (example, at) => {
  if (isPixels(example)) {
    const { data, width, height } = example;
    return { data: threeColours(data, width, height), width, height };
  }
  try {
    const bytes = await bytesOf(example);
    if (bytes === undefined) throw new Error(noImage(example));
    return await decodeWhole(bytes);
  } catch (cause) {
    throw imageFault(example, cause, at);
  }
};

/** The error of an image that cannot be read. */
function imageFault(example: unknown, cause: unknown, at: readonly PropertyKey[]): Error {
  if (isMissingModule(cause)) return withoutSharp(cause);
  const got = cause instanceof Error ? cause.message.replace(/, \w+ '.*'$/, "") : String(cause);
  const name = typeof example === "string" ? ` (${example})` : "";
  return exampleFault(at, { what: `to be an image that can be read${name}`, got });
}

async function bytesOf(example: unknown): Promise<Uint8Array | undefined> {
  if (typeof example === "string") return readFile(example);
  if (example instanceof URL) return readFile(fileURLToPath(example));
  if (example instanceof Uint8Array) return example;
  if (example instanceof ArrayBuffer) return new Uint8Array(example);
  const isBlob = typeof example === "object" && example !== null && "arrayBuffer" in example;
  return isBlob ? new Uint8Array(await (example as BlobLike).arrayBuffer()) : undefined;
}

function noImage(example: unknown): string {
  return `${example === null ? "null" : `a ${typeof example}`}, no path, bytes, Blob or ImageData`;
}

/** Pixels as a file that the decoder reads: losslessly. */
async function encoded({ data, width, height }: Pixels): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const channels = data.length / (width * height);
  if (channels !== 1 && channels !== 3 && channels !== 4) throw new Error(`${channels} bytes a pixel`);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return sharp(bytes, { raw: { width, height, channels } }).png({ compressionLevel: 0 }).toBuffer();
}

function isMissingModule(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
}

function withoutSharp(cause: unknown): RunError {
  const message =
    "predict: expected sharp, which decodes and resizes images, got none. Install it: npm i sharp; or give ImageData of the model's size.";
  return new RunError("environment", message, { cause });
}
