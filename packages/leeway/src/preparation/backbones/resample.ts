import { filters, filterWeights } from "./resample-filters.ts";
import { paired, type PairedWeights, resampledSides } from "./resample-memory.ts";

/** The ways of resampling by name, each at the number that Pillow and `preprocessor_config.json` know it by. */
export const resamplings = ["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"] as const;

/** A way to make an image larger or smaller. */
export type Resampling = (typeof resamplings)[number];

/** An image of three colours, 8 bits each: [height, width, 3]. */
export interface Colours {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

const channels = 3;
/**
 * An image of another size, to the bit that of Pillow's `Image.resize`: with antialiasing, along rows first and then along
 * columns, rounded to 8 bits after each.
 *
 * @returns an image whose bytes hold until the next call
 * @source Pillow's Resample.c and Geometry.c
 */
export function resampled(
  image: Colours,
  { width, height }: Pick<Colours, "width" | "height">,
  way: Resampling,
): Colours {
  if (image.width === width && image.height === height) return image;
  if (way === "nearest") return nearest(image, width, height);
  const weights = (from: number, to: number): PairedWeights | null =>
    from === to ? null : weightsOf(way, from, to);
  return resampledSides(image, weights(image.width, width), weights(image.height, height));
}

/** Weights of sides that were met before: images of a set are often of few sizes. */
const known = new Map<string, PairedWeights>();
const maxKnown = 64;

function weightsOf(way: keyof typeof filters, from: number, to: number): PairedWeights {
  const key = `${way} ${from} ${to}`;
  const weights = known.get(key) ?? paired(filterWeights(filters[way], from, to));
  if (known.size >= maxKnown) known.clear();
  known.set(key, weights);
  return weights;
}

function nearest(
  { data, width: fromWidth, height: fromHeight }: Colours,
  width: number,
  height: number,
): Colours {
  const columns = nearestPlaces(fromWidth, width);
  const rows = nearestPlaces(fromHeight, height);
  const into = new Uint8Array(width * height * channels);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += channels) {
      const at = (rows[y]! * fromWidth + columns[x]!) * channels;
      for (let c = 0; c < channels; c++) into[to + c] = data[at + c]!;
    }
  }
  return { data: into, width, height };
}

/** The pixel in whose part the middle of each lies, by steps that are added up, as Pillow does. */
function nearestPlaces(from: number, to: number): Int32Array {
  const step = from / to;
  const places = new Int32Array(to);
  let at = step * 0.5;
  for (let i = 0; i < to; i++, at += step) places[i] = Math.min(from - 1, Math.trunc(at));
  return places;
}
