import { crc32 } from "node:zlib";
import sharp, { type OverlayOptions, type Sharp } from "sharp";
import { describe as suite, expect, test } from "vitest";
import { decodeImage } from "../../../src/data/images/decode.ts";
import { image } from "./image-files.ts";

/** Red, green and blue thirds beside each other, 60 x 20. */
async function thirds(): Promise<Sharp> {
  const [left, right] = [await image("#f00", { format: "png" }), await image("#00f", { format: "png" })];
  const canvas = { width: 60, height: 20, channels: 3 as const, background: "#0f0" };
  const part = (input: Buffer, at: number): OverlayOptions => ({
    input,
    left: at,
    top: 0,
    tile: false,
  });
  const stretched = (input: Buffer): Promise<Buffer> => sharp(input).resize(20, 20).toBuffer();
  return sharp({ create: canvas }).composite([
    part(await stretched(left), 0),
    part(await stretched(right), 40),
  ]);
}

/** The colour of one pixel of an image of `size`. */
function at(pixels: Uint8Array, size: number, [x, y]: readonly [number, number]): number[] {
  const from = 3 * (y * size + x);
  return [...pixels.subarray(from, from + 3)];
}

const strongest = (color: number[]): number => color.indexOf(Math.max(...color));

suite("decodeImage", () => {
  test("with crop takes the middle of the longer side", async () => {
    const pixels = await decodeImage(await (await thirds()).png().toBuffer(), { size: 20, resize: "crop" });
    expect(pixels).toHaveLength(20 * 20 * 3);
    for (const x of [0, 19]) expect(at(pixels, 20, [x, 10])).toEqual([0, 255, 0]);
  });

  test("with stretch keeps all of it", async () => {
    const pixels = await decodeImage(await (await thirds()).png().toBuffer(), {
      size: 12,
      resize: "stretch",
    });
    const row = [1, 6, 10].map((x) => at(pixels, 12, [x, 6]));
    expect(row.map(strongest)).toEqual([0, 1, 2]);
  });

  test("turns it upright as its EXIF orientation says", async () => {
    const lying = await (await thirds()).withMetadata({ orientation: 6 }).png().toBuffer();
    const pixels = await decodeImage(lying, { size: 12, resize: "stretch" });
    expect([1, 6, 10].map((y) => strongest(at(pixels, 12, [6, y])))).toEqual([0, 1, 2]); // left before, now on top
  });

  test.for([
    ["grey", (red: Sharp) => red.toColourspace("b-w").png()],
    ["of 16 bits", (red: Sharp) => red.toColourspace("rgb16").png()],
    ["transparent", (red: Sharp) => red.ensureAlpha(0.5).png()],
    ["printed in CMYK", (red: Sharp) => red.toColourspace("cmyk").jpeg()],
    ["a GIF", (red: Sharp) => red.gif()],
    ["a WebP", (red: Sharp) => red.webp()],
    ["a TIFF", (red: Sharp) => red.tiff()],
    ["an AVIF", (red: Sharp) => red.avif()],
  ] as const)("makes three channels of an image that is %s", async ([, made]) => {
    const red = sharp({ create: { width: 30, height: 20, channels: 3, background: "#f00" } });
    const pixels = await decodeImage(await made(red).toBuffer(), { size: 8, resize: "crop" });
    expect(pixels).toHaveLength(8 * 8 * 3);
    expect(pixels[0]).toBeGreaterThan(50);
  });

  test.for([
    ["nothing", Buffer.alloc(0), "empty file"],
    ["a text", Buffer.from("hello, world"), "none of JPEG, PNG, GIF, WebP, TIFF, AVIF"],
    [
      "a drawing, which is a program",
      Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"),
      "none of JPEG",
    ],
  ] as const)("refuses %s", async ([, bytes, why]) => {
    await expect(decodeImage(bytes, { size: 8, resize: "crop" })).rejects.toThrow(why);
  });

  test("refuses an image that is cut off", async () => {
    const whole = await image("#123456", { width: 300, height: 200 });
    const half = whole.subarray(0, whole.length / 2);
    await expect(decodeImage(half, { size: 8, resize: "crop" })).rejects.toThrow(/^VipsJpeg: premature end/);
  });

  test.for([
    [20_000, "exceeds pixel limit"],
    [9000, /^9000 x 9000 pixels in \d+ bytes$/],
  ] as const)("refuses a side of %d pixels that a header claims of a few bytes", async ([side, why]) => {
    const png = Buffer.from(await image("#000", { format: "png" }));
    png.writeUInt32BE(side, 16); // the header's width and height, then its checksum
    png.writeUInt32BE(side, 20);
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    await expect(decodeImage(png, { size: 8, resize: "crop" })).rejects.toThrow(why);
  });

  test("takes a large image of one colour", async () => {
    const flat = sharp({ create: { width: 3000, height: 3000, channels: 3, background: "#fff" } });
    const pixels = await decodeImage(await flat.png().toBuffer(), { size: 8, resize: "crop" });
    expect(pixels.every((value) => value === 255)).toBe(true);
  });
});
