import { filters, filterWeights, fractionBits, type Weights } from "./resample-filters.ts";

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
const half = 1 << (fractionBits - 1);

/**
 * An image of another size, to the bit that of Pillow's `Image.resize`: with antialiasing, along rows first and then along
 * columns, rounded to 8 bits after each.
 *
 * @source Pillow's Resample.c and Geometry.c
 */
export function resampled(
  image: Colours,
  { width, height }: Pick<Colours, "width" | "height">,
  way: Resampling,
): Colours {
  if (image.width === width && image.height === height) return image;
  if (way === "nearest") return nearest(image, width, height);
  const filter = filters[way];
  const wide =
    image.width === width ? image : alongRows(image, width, filterWeights(filter, image.width, width));
  return wide.height === height
    ? wide
    : alongColumns(wide, height, filterWeights(filter, wide.height, height));
}

function alongRows({ data, width: from, height }: Colours, width: number, weights: Weights): Colours {
  const { first, count, values, width: room } = weights;
  const into = new Uint8Array(width * height * channels);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += channels) {
      let [r, g, b] = [half, half, half];
      let at = (y * from + first[x]!) * channels;
      const end = x * room + count[x]!;
      for (let k = x * room; k < end; k++, at += channels) {
        const weight = values[k]!;
        r += data[at]! * weight;
        g += data[at + 1]! * weight;
        b += data[at + 2]! * weight;
      }
      into[to] = byte(r);
      into[to + 1] = byte(g);
      into[to + 2] = byte(b);
    }
  }
  return { data: into, width, height };
}

function alongColumns({ data, width }: Colours, height: number, weights: Weights): Colours {
  const { first, count, values, width: room } = weights;
  const row = width * channels;
  const into = new Uint8Array(row * height);
  const sums = new Int32Array(row);
  for (let y = 0; y < height; y++) {
    sums.fill(half);
    for (let k = 0; k < count[y]!; k++) {
      const weight = values[y * room + k]!;
      const at = (first[y]! + k) * row;
      for (let x = 0; x < row; x++) sums[x]! += data[at + x]! * weight;
    }
    for (let x = 0; x < row; x++) into[y * row + x] = byte(sums[x]!);
  }
  return { data: into, width, height };
}

/** A sum of weighed pixels as one: the fraction is dropped, of which a half was added before. */
function byte(sum: number): number {
  const value = sum >> fractionBits;
  return value < 0 ? 0 : value > 255 ? 255 : value;
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
