import { describe as suite, expect, test } from "vitest";
import fc from "fast-check";
import { decodeBmp } from "../../../src/data/images/bmp.ts";
import { decodeImage } from "../../../src/data/images/decode.ts";

interface Bmp {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly compression?: number;
  /** What stands between the header and the rows: a palette or masks. */
  readonly between?: readonly number[];
  readonly rows: readonly number[];
}

/** A BMP file's bytes, with a header of 40 bytes. */
function bmp({ width, height, depth, compression = 0, between = [], rows }: Bmp): Uint8Array {
  const bytes = Buffer.alloc(54);
  bytes.write("BM", "latin1");
  bytes.writeUInt32LE(54 + between.length, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(depth, 28);
  bytes.writeUInt32LE(compression, 30);
  return Buffer.concat([bytes, Buffer.from(between), Buffer.from(rows)]);
}

const max = { maxPixels: 1e6 };
const colours = (file: Uint8Array): number[] => [...decodeBmp(file, max).pixels];
const [red, green, blue, white] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
] as const;
const palette = [0, 0, 255, 0, ...[0, 255, 0, 0], ...[255, 0, 0, 0]]; // red, green, blue, as BGR0

suite("decodeBmp", () => {
  test("reads 24 bits, from the bottom row up, rows padded to four bytes", () => {
    const rows = [...[0, 255, 0, 255, 0, 0, 0, 0], ...[0, 0, 255, 255, 255, 255, 0, 0]];
    const expected = [...red, ...white, ...green, ...blue];
    expect(colours(bmp({ width: 2, height: 2, depth: 24, rows }))).toEqual(expected);
    const flipped = [...rows.slice(8), ...rows.slice(0, 8)];
    expect(colours(bmp({ width: 2, height: -2, depth: 24, rows: flipped }))).toEqual(expected);
  });

  test("reads 32 bits, without their transparency, and by masks", () => {
    const rows = [...[0, 0, 255, 7], ...[255, 0, 0, 9]];
    expect(colours(bmp({ width: 2, height: 1, depth: 32, rows }))).toEqual([...red, ...blue]);
    const between = [...[255, 0, 0, 0], ...[0, 255, 0, 0], ...[0, 0, 255, 0]]; // red first
    expect(colours(bmp({ width: 2, height: 1, depth: 32, compression: 3, between, rows }))).toEqual([
      ...[...blue, ...red],
    ]);
  });

  test("reads 16 bits: five of each colour, or as masks say", () => {
    const rows = [0x00, 0x7c, 0xff, 0x7f];
    expect(colours(bmp({ width: 2, height: 1, depth: 16, rows }))).toEqual([...red, ...white]);
    const between = [...[0x00, 0xf8, 0, 0], ...[0xe0, 0x07, 0, 0], ...[0x1f, 0, 0, 0]];
    const wide = { width: 2, height: 1, depth: 16, compression: 3, between };
    expect(colours(bmp({ ...wide, rows: [0xe0, 0x07, 0x1f, 0x00] }))).toEqual([...green, ...blue]);
  });

  test.for([
    [8, [2, 0, 1, 0]],
    [4, [0x20, 0x10, 0, 0]],
  ] as const)("reads %d bits by the colours of a palette", ([depth, rows]) => {
    expect(colours(bmp({ width: 3, height: 1, depth, between: palette, rows }))).toEqual([
      ...[...blue, ...red, ...green],
    ]);
  });

  test("reads one bit a pixel", () => {
    const rows = [0b01000000, 0, 0, 0];
    expect(colours(bmp({ width: 3, height: 1, depth: 1, between: palette, rows }))).toEqual([
      ...[...red, ...green, ...red],
    ]);
  });

  test.for([
    ["one that is cut off", { width: 2, height: 2, depth: 24, rows: [1, 2, 3] }, "cut off"],
    ["one that claims too much", { width: 2e9, height: 2e9, depth: 1, rows: [] }, "above 1000000"],
    ["one of no size", { width: 0, height: 2, depth: 24, rows: [] }, "0 x 2 pixels"],
    [
      "one that is compressed",
      { width: 2, height: 1, depth: 8, compression: 1, rows: [] },
      "compressed by RLE8",
    ],
    ["an odd depth", { width: 2, height: 1, depth: 7, rows: [] }, "of 7 bits a pixel"],
    [
      "a colour beyond the palette",
      { width: 1, height: 1, depth: 8, between: palette, rows: [9, 0, 0, 0] },
      "palette",
    ],
  ] as const)("refuses %s", ([, file, words]) => {
    expect(() => decodeBmp(bmp(file), max)).toThrow(words);
  });

  test("reads or refuses any bytes in its words", () => {
    const file = bmp({ width: 2, height: 1, depth: 8, between: palette, rows: [0, 1, 0, 0] });
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, bytes) => {
        const damaged = Buffer.from(file);
        damaged.set(bytes.subarray(0, file.length - at), at);
        try {
          expect(decodeBmp(damaged, max).pixels.length).toBeLessThanOrEqual(3e6);
        } catch (error) {
          expect(String(error)).toMatch(/BMP image|pixels, above/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test("decodeImage makes a square of a BMP image as of any other", async () => {
  const rows = [...[0, 0, 255, 0, 0, 255, 0, 0], ...[0, 0, 255, 0, 0, 255, 0, 0]];
  const pixels = await decodeImage(bmp({ width: 2, height: 2, depth: 24, rows }), {
    size: 8,
    resize: "crop",
  });
  expect([pixels.length, ...pixels.subarray(0, 3)]).toEqual([192, 255, 0, 0]);
});
