import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { preprocessorSteps } from "../../src/backbones/preprocessor.ts";
import { decodeWhole } from "../../src/data/images/decode.ts";
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
