import { z } from "zod";
import { resizes } from "../../catalogue/index.ts";
import { preparationError } from "../preparation-error.ts";

/**
 * How an image of any size becomes a square. `crop`: its short side is made the size and the middle is cut out.
 * `stretch`: both sides are made the size, whatever they were.
 */
export type Resize = (typeof resizes)[number];

/** What every image is made into. */
export interface ImagePlan {
  /** Side of the square, in pixels. */
  readonly size: number;
  readonly resize: Resize;
}

/** How images of the catalogue were numbers from the start: their size and their channels' statistics. */
export interface CatalogueForm {
  readonly side: number;
  readonly channels: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** How images become network input; `size` is the side of an image before its middle is taken. */
export interface ImageSteps extends CatalogueForm, ImagePlan {}

const schema = z.looseObject({
  kind: z.literal("image"),
  /** Far more than a network sees: an image of it takes 50 MB. */
  size: z.int().min(1).max(4096),
  resize: z.enum(resizes),
  side: z.int().min(1),
  mean: z.array(z.number()),
  std: z.array(z.number()),
});

/** Channels of a decoded image: red, green and blue, also of a grey one. */
export const decodedChannels = 3;

/**
 * A `preparation.json` as the steps of images. The network takes one grey channel where there is one mean.
 *
 * @throws RunError with code "run" if it is something else
 */
export function parseImageSteps(record: unknown, path: string): ImageSteps {
  const parsed = schema.safeParse(record);
  if (!parsed.success) throw preparationError(path, "how images become numbers");
  const { size, resize, side, mean, std } = parsed.data;
  const channels = mean.length;
  if ((channels === 1 || channels === decodedChannels) && std.length === channels && side <= size)
    return { size, resize, side, channels, mean, std };
  throw preparationError(path, "how images become numbers");
}
