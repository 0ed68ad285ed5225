import { decoder } from "./decoder.ts";
import type { ImageShape } from "./image-dataset.ts";

/**
 * Pixels as a WebP picture in a `data:` address, as a page can show without any file beside it.
 *
 * @param pixels [H, W, C], 0 to 255
 */
export async function thumbnail(
  pixels: Uint8Array,
  { width, height, channels }: ImageShape,
): Promise<string> {
  const sharp = await decoder();
  const raw = { width, height, channels: channels === 1 ? 1 : 3 } as const;
  const picture = await sharp(pixels, { raw }).webp({ quality: 75 }).toBuffer();
  return `data:image/webp;base64,${picture.toString("base64")}`;
}
