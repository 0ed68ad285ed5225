import { decodedChannels, type ImageSteps } from "../images/image-steps.ts";
import { middle } from "../images/middle.ts";
import { exampleFault } from "./example-fault.ts";
import { type ExampleReader, gathered, type PreparedExamples } from "./inputs.ts";

/** A decoded image, as ImageData is one: rows of pixels, each of 1, 3 or 4 bytes (grey, RGB, RGBA). */
export interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Decoded images, resized to the size that the steps name; alpha is dropped. */
export function pixelReader(steps: ImageSteps): ExampleReader {
  const { size, side, channels } = steps;
  const width = side * side * channels;
  return {
    declared: { pixels: { type: "uint8", dims: [null, side, side, channels] } },
    read: (examples, path) => {
      const pixels = new Uint8Array(examples.length * width);
      examples.forEach((example, i) => {
        const colours = coloursOf(pixelsOf(example, path(i)), path(i), size);
        pixels.set(middle(colours, steps), i * width);
      });
      return pixelInputs(pixels, steps);
    },
  };
}

/** Images as the input of a graph. @param pixels [N, side, side, C] */
export function pixelInputs(
  pixels: Uint8Array,
  { side, channels }: Pick<ImageSteps, "side" | "channels">,
): PreparedExamples {
  const width = side * side * channels;
  return {
    length: pixels.length / width,
    notes: [],
    inputs: (positions) => ({
      pixels: { dims: [positions.length, side, side, channels], data: gathered(pixels, positions, width) },
    }),
  };
}

/** Whether a value is a decoded image, by its fields. */
export function isPixels(value: unknown): value is Pixels {
  if (typeof value !== "object" || value === null) return false;
  const { data, width, height } = value as Partial<Pixels>;
  const isBytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  return isBytes && typeof width === "number" && typeof height === "number";
}

function pixelsOf(example: unknown, path: readonly PropertyKey[]): Pixels {
  if (isPixels(example)) return example;
  const what = "to be a decoded image, an object of data, width and height";
  throw exampleFault(path, { what, got: typeof example === "object" ? "something else" : example });
}

/** Three colours of each pixel, [size, size, 3]. */
function coloursOf({ data, width, height }: Pixels, path: readonly PropertyKey[], size: number): Uint8Array {
  if (width !== size || height !== size) {
    const got = `${width} x ${height}`;
    throw exampleFault(path, { what: `to be ${size} x ${size} pixels`, got, advice: "Resize it first." });
  }
  const channels = data.length / (width * height);
  if (channels === decodedChannels) return new Uint8Array(data.buffer, data.byteOffset, data.length);
  if (channels !== 1 && channels !== 4) {
    const got = `${data.length} bytes for ${width} x ${height} pixels`;
    throw exampleFault([...path, "data"], { what: "to have 1, 3 or 4 bytes a pixel (grey, RGB, RGBA)", got });
  }
  const colours = new Uint8Array(size * size * decodedChannels);
  const [second, third] = channels === 1 ? [0, 0] : [1, 2]; // grey is all three
  for (let from = 0, to = 0; from < data.length; from += channels, to += decodedChannels) {
    colours[to] = data[from]!; // within its bytes, as the next two
    colours[to + 1] = data[from + second]!;
    colours[to + 2] = data[from + third]!;
  }
  return colours;
}
