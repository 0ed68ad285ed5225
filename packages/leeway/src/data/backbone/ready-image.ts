import {
  type BackboneSteps,
  type Colours,
  middle,
  processedImage,
  type ReadyImage,
} from "../../preparation/index.ts";
import { decodeImage, decodeWhole } from "../images/decode.ts";

/** An image before it is made ready: its file, or its pixels. */
export type RawImage = { readonly bytes: Uint8Array } | { readonly colours: Colours };

/**
 * An image as the input of a backbone: decoded, resized, normalised.
 *
 * @param into where normalised numbers go, where their size is known; by default fresh memory
 * @throws Error that says in a few words what is wrong with the image
 */
export async function readyImage(
  raw: RawImage,
  steps: BackboneSteps,
  into?: Float32Array,
): Promise<ReadyImage> {
  if ("colours" in raw) return readyPixels(raw.colours, steps, into);
  const { processing } = steps.image!; // of images
  if (!("side" in processing)) return processedImage(await decodeWhole(raw.bytes), processing, into);
  const { side } = processing;
  const square = await decodeImage(raw.bytes, processing);
  return { width: side, height: side, data: middle(square, processing) };
}

async function readyPixels(
  image: Colours,
  { image: steps }: BackboneSteps,
  into: Float32Array | undefined,
): Promise<ReadyImage> {
  const { processing } = steps!; // of images
  if (!("side" in processing)) return processedImage(image, processing, into);
  const { side, size } = processing;
  if (image.width === size && image.height === size) {
    return { width: side, height: side, data: middle(Uint8Array.from(image.data), processing) };
  }
  const { decoder } = await import("../images/decoder.ts");
  const sharp = await decoder();
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  const png = await sharp(Buffer.from(image.data), { raw }).png({ compressionLevel: 0 }).toBuffer();
  return { width: side, height: side, data: middle(await decodeImage(png, processing), processing) };
}
