import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { preprocessorSteps } from "../../src/backbones/preprocessor.ts";
import { decodeWhole } from "../../src/data/images/decode.ts";
import { filters, filterWeights, fractionBits } from "../../src/preparation/backbones/resample-filters.ts";
import { resampleKernel } from "../../src/preparation/backbones/resample-kernel.ts";
import { processedImage, resampled, type Colours, type Resampling } from "../../src/preparation/index.ts";

interface Fixture {
  readonly resized: readonly {
    readonly from: readonly [number, number];
    readonly to: readonly [number, number];
    readonly ways: Readonly<Record<Resampling, string>>;
  }[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly files: Readonly<Record<string, { readonly file: string; readonly tensor: string }>>;
}

/** What Pillow 9.4 makes of the same images; tools/reference/pillow.py writes it. */
const pillow = JSON.parse(
  readFileSync(new URL("../fixtures/pillow.json", import.meta.url), "utf8"),
) as Fixture;
const bytesOf = (text: string): Buffer => Buffer.from(text, "base64");

/** The image that tools/reference/pillow.py draws. */
function drawn(width: number, height: number): Colours {
  const data = new Uint8Array(width * height * 3);
  let state = 1n;
  data.forEach((_, i) => {
    state = (state * 1103515245n + 12345n) % 2n ** 31n;
    data[i] = Number((state >> 16n) % 128n) + Math.floor(((Math.floor(i / 3) % width) * 127) / width);
  });
  return { data, width, height };
}

function meanDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return a.length === b.length ? sum / a.length : Infinity;
}

describe("resampling", () => {
  const cases = pillow.resized.flatMap(({ from, to, ways }) =>
    Object.entries(ways).map(([way, expected]) => ({ from, to, way: way as Resampling, expected })),
  );

  it.each(cases)("is Pillow's to the bit: $way from $from to $to", ({ from, to, way, expected }) => {
    const [width, height] = to;
    const made = resampled(drawn(...from), { width, height }, way);
    expect(Buffer.from(made.data).equals(bytesOf(expected))).toBe(true);
  });
});

describe("the kernel of resampling", () => {
  it("is that of resample.wat", () => {
    const program = fileURLToPath(new URL("../../../../tools/wasm.mjs", import.meta.url));
    const bytes = execFileSync(process.execPath, [program, "--print"], { encoding: "utf8" });
    expect(bytes.trim()).toBe(resampleKernel);
  });

  /** An image along its rows, one number after another. */
  function summed(
    { data, width: from, height }: Colours,
    way: keyof typeof filters,
    width: number,
  ): Uint8ClampedArray {
    const weights = filterWeights(filters[way], from, width);
    return Uint8ClampedArray.from({ length: height * width * 3 }, (_, i) => {
      const [y, x, c] = [Math.floor(i / (3 * width)), Math.floor(i / 3) % width, i % 3];
      let sum = 2 ** (fractionBits - 1);
      for (let k = 0; k < weights.count[x]!; k++) {
        sum += data[(y * from + weights.first[x]! + k) * 3 + c]! * weights.values[x * weights.width + k]!;
      }
      return Math.floor(sum / 2 ** fractionBits);
    });
  }

  it.each([
    [1300, 700, 40], // more than is in its memory at a time
    [1, 3, 5],
    [9000, 2, 1],
    [33, 50, 64],
  ])("sums rows of %d pixels, %d of them, to %d as whole numbers do", (from, height, width) => {
    const image = drawn(from, height);
    // Black beside white, where sums leave the bytes on both sides.
    const stark = { ...image, data: image.data.map((byte) => (byte & 1) * 255) };
    for (const one of [image, stark]) {
      for (const way of ["lanczos", "bicubic", "box"] as const) {
        const { data } = resampled(one, { width, height }, way);
        expect(Buffer.from(data).equals(Buffer.from(summed(one, way, width)))).toBe(true);
      }
    }
  });

  it("gives what it gave before after a larger image has used its memory", () => {
    const [small, size] = [drawn(31, 17), { width: 12, height: 9 }];
    const before = Uint8Array.from(resampled(small, size, "bicubic").data);
    resampled(drawn(2000, 1500), { width: 700, height: 500 }, "lanczos");
    expect(resampled(small, size, "bicubic").data).toEqual(before);
  });
});

describe("processing", () => {
  const steps = {
    ...preprocessorSteps(pillow.config, "preprocessor_config.json"),
    layout: "planes",
  } as const;

  it.each(Object.entries(pillow.files))("makes of %s the tensor of Pillow and NumPy", async (_, stored) => {
    const image = await decodeWhole(bytesOf(stored.file));
    const { data, width, height } = processedImage(image, steps);
    const bytes = bytesOf(stored.tensor);
    const wanted = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    expect([width, height]).toEqual([24, 24]);
    expect(meanDifference(data, wanted)).toBeLessThan(0.01);
  });
});
