import { z } from "zod";
import { type Colours, resampled, resamplings } from "./resample.ts";

const side = z.int().min(1).max(4096);
const exactSize = z.strictObject({ height: side, width: side });

/** How an image becomes the input of a backbone, in the order in which it is done. */
export const imageProcessingSchema = z.strictObject({
  /** Both sides; or the short one, the other in proportion and at most `longestEdge`. Null: images stay as large as they are. */
  resize: z
    .union([exactSize, z.strictObject({ shortestEdge: side, longestEdge: side.exactOptional() })])
    .nullable(),
  resample: z.enum(resamplings),
  /** The middle that is cut out, with black around it where the image is smaller. */
  crop: exactSize.nullable(),
  /** What a byte is multiplied by. */
  scale: z.number(),
  /** Of the three colours, after that. */
  mean: z.array(z.number()).length(3),
  std: z.array(z.number().positive()).length(3),
  /** The order of the colours. */
  order: z.enum(["rgb", "bgr"]),
  /** Whether the colours of a pixel lie side by side, or each colour is a plane. */
  layout: z.enum(["planes", "pixels"]),
});

/** See {@link imageProcessingSchema}. */
export type ImageProcessing = Readonly<z.infer<typeof imageProcessingSchema>>;

type Size = Pick<Colours, "width" | "height">;

/** The size that every image has in the end; null where it follows the image. */
export function inputSize({ resize, crop }: ImageProcessing): Size | null {
  if (crop !== null) return crop;
  return resize !== null && "width" in resize ? resize : null;
}

/**
 * An image as the input of a backbone: resized, its middle cut out, scaled and normalised.
 *
 * @param into where it goes, where its size is known; by default fresh memory
 * @returns [3, H, W], or [H, W, 3] where the colours of a pixel lie side by side
 * @source transformers' image_transforms.py: get_resize_output_image_size, center_crop, normalize
 */
export function processedImage(
  image: Colours,
  steps: ImageProcessing,
  into?: Float32Array,
): Size & { readonly data: Float32Array } {
  const resized =
    steps.resize === null ? image : resampled(image, targetSize(image, steps.resize), steps.resample);
  const cropped = steps.crop === null ? resized : centreCrop(resized, steps.crop);
  const { width, height } = cropped;
  return { width, height, data: normalised(cropped, steps, into ?? new Float32Array(width * height * 3)) };
}

function targetSize({ width, height }: Size, resize: NonNullable<ImageProcessing["resize"]>): Size {
  if ("width" in resize) return resize;
  const { shortestEdge, longestEdge } = resize;
  const [short, long] = width <= height ? [width, height] : [height, width];
  let [newShort, newLong] = [shortestEdge, Math.trunc((shortestEdge * long) / short)];
  if (longestEdge !== undefined && newLong > longestEdge) {
    [newShort, newLong] = [Math.max(1, Math.trunc((longestEdge * newShort) / newLong)), longestEdge];
  }
  return width <= height ? { width: newShort, height: newLong } : { width: newLong, height: newShort };
}

/** The middle of an image; where it is smaller, the image in the middle of black. */
function centreCrop(image: Colours, { width, height }: Size): Colours {
  if (image.width === width && image.height === height) return image;
  const x = startOf(image.width, width);
  const y = startOf(image.height, height);
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < y.length; row++) {
    const from = ((y.from + row) * image.width + x.from) * 3;
    data.set(image.data.subarray(from, from + x.length * 3), ((y.to + row) * width + x.to) * 3);
  }
  return { data, width, height };
}

/** Where the middle begins in the image and in what is cut out, and its length. */
function startOf(
  there: number,
  wanted: number,
): { readonly from: number; readonly to: number; readonly length: number } {
  if (there >= wanted) return { from: Math.floor((there - wanted) / 2), to: 0, length: wanted };
  // As transformers pads: a half that does not divide goes before the image, and the middle is found after that.
  const padded = Math.ceil((wanted - there) / 2);
  const first = Math.floor((there - wanted) / 2) + padded;
  return { from: 0, to: padded - first, length: there };
}

function normalised(
  { data, width, height }: Colours,
  steps: ImageProcessing,
  into: Float32Array,
): Float32Array {
  const pixels = width * height;
  const { scale, mean, std, order, layout } = steps;
  const isPlanes = layout === "planes";
  for (let c = 0; c < 3; c++) {
    const from = order === "rgb" ? c : 2 - c;
    // Every byte's value once: there are 256 of them.
    const table = Float32Array.from(
      { length: 256 },
      (_, byte) => (Math.fround(byte * scale) - mean[c]!) / std[c]!,
    );
    const [start, step] = isPlanes ? [c * pixels, 1] : [c, 3];
    for (let p = 0, to = start; p < pixels; p++, to += step) into[to] = table[data[p * 3 + from]!]!;
  }
  return into;
}
