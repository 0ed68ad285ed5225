import { extname } from "node:path";
import { type Colours, decodedChannels, type ImagePlan } from "../../preparation/index.ts";
import { decodeBmp } from "./bmp.ts";
import { decoder, type Sharp } from "./decoder.ts";

/** Channels of a decoded image: red, green and blue, also of a grey one. */
export const channels = decodedChannels;

/** Pixels that an image may have before it is made small; a decoder would take memory for each. */
const maxPixels = 1e8;

/**
 * Pixels that each byte of a large image's file may stand for. One colour all over is about 60 in JPEG and 340 in
 * PNG; far more is a header that lies, for which a decoder would take memory all the same.
 */
const maxPixelsPerByte = 10_000;
const largeImage = 4e6; // pixels

/** Bytes that an image's file may have. */
export const maxFileBytes = 64 << 20;

const bmpStart = "BM";

/** How files begin that are decoded. Others, such as SVG and PDF, are programs more than images. */
const formats: readonly { readonly name: string; readonly at: number; readonly bytes: readonly string[] }[] =
  [
    { name: "JPEG", at: 0, bytes: ["\xff\xd8\xff"] },
    { name: "PNG", at: 0, bytes: ["\x89PNG\r\n\x1a\n"] },
    { name: "GIF", at: 0, bytes: ["GIF87a", "GIF89a"] },
    { name: "WebP", at: 8, bytes: ["WEBP"] },
    { name: "TIFF", at: 0, bytes: ["II*\0", "MM\0*"] },
    { name: "AVIF", at: 4, bytes: ["ftypavif", "ftypavis", "ftypmif1"] },
    { name: "BMP", at: 0, bytes: [bmpStart] },
  ];

/** What the names of image files end in, in small letters. */
export const imageEndings: readonly string[] = [
  ...[".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".tiff", ".avif", ".bmp"],
];

/** Whether a file is an image by the ending of its name. */
export function isImageName(name: string): boolean {
  return imageEndings.includes(extname(name).toLowerCase());
}

/**
 * Decodes an image, turns it upright as its EXIF orientation says, and makes it a square.
 *
 * Decoding runs on the threads of Node's pool, beside the caller: to use several cores, decode several at once.
 * The first frame of a moving image is taken; transparency is dropped. Resampling (Lanczos, on JPEG after a
 * reduction in the decoder) is not to the bit that of Pillow.
 *
 * @param bytes the file, in any format of {@link imageEndings}
 * @returns [size, size, 3], 0 to 255
 * @throws Error that says in a few words what is wrong with the image
 */
export async function decodeImage(bytes: Uint8Array, { size, resize }: ImagePlan): Promise<Uint8Array> {
  const format = formatOf(bytes);
  const sharp = await decoder();
  const image = format === "BMP" ? bmpImage(sharp, bytes) : await checkedImage(sharp, bytes);
  const { data, info } = await image
    .resize(size, size, { fit: resize === "crop" ? "cover" : "fill", position: "centre" })
    .toColourspace("srgb")
    .removeAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch(inFewWords);
  if (info.channels !== channels || data.length !== size * size * channels) {
    throw new Error(`decoded to ${info.width} x ${info.height} x ${info.channels}`);
  }
  return data;
}

/**
 * Decodes an image as it is: turned upright, three colours, transparency dropped, in its own size. Colour profiles are
 * not followed, as by Pillow.
 *
 * @param bytes the file, in any format of {@link imageEndings}
 * @throws Error that says in a few words what is wrong with the image
 */
export async function decodeWhole(bytes: Uint8Array): Promise<Colours> {
  const format = formatOf(bytes);
  const sharp = await decoder();
  if (format === "BMP") {
    const { pixels, width, height } = decodeBmp(bytes, { maxPixels });
    return { data: pixels, width, height };
  }
  const image = await checkedImage(sharp, bytes, { ignoreIcc: true });
  const { data, info } = await image
    .toColourspace("srgb")
    .removeAlpha()
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch(inFewWords);
  const { width, height } = info;
  if (info.channels === channels && data.length === width * height * channels) return { data, width, height };
  throw new Error(`decoded to ${width} x ${height} x ${info.channels}`);
}

/** An image that the decoder reads itself, held against what its header claims. */
async function checkedImage(
  sharp: Sharp,
  bytes: Uint8Array,
  options: { readonly ignoreIcc?: boolean } = {},
): Promise<import("sharp").Sharp> {
  const image = sharp(bytes, {
    ...{ failOn: "error", limitInputPixels: maxPixels, autoOrient: true },
    ...options,
  });
  await requireRatio(image, bytes.length);
  return image;
}

function bmpImage(sharp: Sharp, bytes: Uint8Array): import("sharp").Sharp {
  const { pixels, width, height } = decodeBmp(bytes, { maxPixels });
  return sharp(pixels, { raw: { width, height, channels }, limitInputPixels: maxPixels });
}

async function requireRatio(image: import("sharp").Sharp, bytes: number): Promise<void> {
  const { width, height } = await image.metadata().catch(inFewWords);
  if (width * height <= Math.max(largeImage, bytes * maxPixelsPerByte)) return;
  throw new Error(`${width} x ${height} pixels in ${bytes} bytes`);
}

/** The name of the format by the file's first bytes. */
function formatOf(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new Error("empty file");
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 32)).toString("latin1");
  const known = formats.find(({ at, bytes: begins }) => begins.some((some) => start.startsWith(some, at)));
  if (known === undefined) throw new Error(`none of ${formats.map(({ name }) => name).join(", ")}`);
  return known.name;
}

/** The decoder repeats itself over many lines. */
function inFewWords(cause: unknown): never {
  const message = cause instanceof Error ? cause.message : String(cause);
  const words = message.split("\n", 1)[0]!.replace(/^Input buffer (has|contains) /i, "");
  throw new Error(words, { cause });
}
