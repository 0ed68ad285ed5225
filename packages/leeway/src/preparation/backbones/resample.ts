import { filters, filterWeights, fractionBits, type Weights } from "./resample-filters.ts";
import { Scratch } from "./scratch.ts";

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

/** An image to be filled: bytes that take the nearest of what does not fit into one. */
interface Made extends Colours {
  readonly data: Uint8ClampedArray;
}

const channels = 3;
const half = 1 << (fractionBits - 1);

/**
 * An image of another size, to the bit that of Pillow's `Image.resize`: with antialiasing, along rows first and then along
 * columns, rounded to 8 bits after each.
 *
 * @param scratch memory that the result may lie in
 * @source Pillow's Resample.c and Geometry.c
 */
export function resampled(
  image: Colours,
  { width, height }: Pick<Colours, "width" | "height">,
  way: Resampling,
  scratch = new Scratch(),
): Colours {
  if (image.width === width && image.height === height) return image;
  if (way === "nearest") return nearest(image, width, height);
  const filter = filters[way];
  const wide =
    image.width === width
      ? image
      : alongRows(image, filterWeights(filter, image.width, width), {
          data: scratch.bytes("rows", width * image.height * channels),
          ...{ width, height: image.height },
        });
  if (wide.height === height) return wide;
  const data = scratch.bytes("columns", width * height * channels);
  return alongColumns(wide, filterWeights(filter, wide.height, height), { data, width, height });
}

function alongRows({ data, width: from, height }: Colours, weights: Weights, made: Made): Colours {
  const { first, count, values, width: room } = weights;
  const { data: into, width } = made;
  for (let x = 0; x < width; x++) {
    const [start, taps] = [x * room, count[x]!];
    for (let y = 0, line = first[x]! * channels, to = x * channels; y < height; y++) {
      let [r, g, b] = [half, half, half];
      for (let k = start, at = line; k < start + taps; k++, at += channels) {
        const weight = values[k]!;
        // Whole numbers of 32 bits by name: V8 would look for more at each step, and take a third longer.
        r = (r + Math.imul(data[at]!, weight)) | 0;
        g = (g + Math.imul(data[at + 1]!, weight)) | 0;
        b = (b + Math.imul(data[at + 2]!, weight)) | 0;
      }
      into[to] = r >> fractionBits;
      into[to + 1] = g >> fractionBits;
      into[to + 2] = b >> fractionBits;
      line += from * channels;
      to += width * channels;
    }
  }
  return made;
}

function alongColumns({ data, width }: Colours, weights: Weights, made: Made): Colours {
  const { first, count, values, width: room } = weights;
  const { data: into, height } = made;
  const row = width * channels;
  const sums = new Int32Array(row);
  for (let y = 0; y < height; y++) {
    sums.fill(half);
    const end = y * room + count[y]!;
    let [k, a] = [y * room, first[y]! * row];
    // Four rows at a time: sums are read and written once for all of them.
    for (; k + 4 <= end; k += 4, a += 4 * row) {
      const [b, c, d] = [a + row, a + 2 * row, a + 3 * row];
      const [ofA, ofB, ofC, ofD] = [values[k]!, values[k + 1]!, values[k + 2]!, values[k + 3]!];
      for (let x = 0; x < row; x++) {
        sums[x]! +=
          Math.imul(data[a + x]!, ofA) +
          Math.imul(data[b + x]!, ofB) +
          Math.imul(data[c + x]!, ofC) +
          Math.imul(data[d + x]!, ofD);
      }
    }
    for (; k < end; k++, a += row) {
      const weight = values[k]!;
      for (let x = 0; x < row; x++) sums[x]! += Math.imul(data[a + x]!, weight);
    }
    // The fraction is dropped, of which a half was added before; what is no byte becomes the nearest one.
    for (let x = 0; x < row; x++) into[y * row + x] = sums[x]! >> fractionBits;
  }
  return made;
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
