import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, describe as suite, expect, test } from "vitest";
import { imageLines } from "../../src/exporting/readme-backbone.ts";
import { type ImageProcessing, processedImage } from "../../src/preparation/index.ts";
import { printedBy, pythonOfReadmes } from "./readme-python.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-test-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const plain: ImageProcessing = {
  ...{ resize: null, resample: "bilinear", crop: null, scale: 1 / 255 },
  ...{ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], order: "rgb", layout: "planes" },
};

/** An image whose pixels all differ, with as many columns and rows. */
async function photo(
  width: number,
  height: number,
): Promise<{ data: Uint8Array; width: number; height: number }> {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 37 + (i >> 5) * 11) & 255);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(join(folder, "photo.jpg")); // programs look at what is in it
  return { data, width, height };
}

suite.runIf(pythonOfReadmes !== undefined)("the Python of an exported README makes of an image", () => {
  test.for<[string, Partial<ImageProcessing>, [number, number]]>([
    ["both sides", { resize: { width: 20, height: 12 }, resample: "bicubic" }, [33, 47]],
    ["the short side", { resize: { shortestEdge: 16 }, resample: "lanczos" }, [33, 47]],
    ["the short side, upright", { resize: { shortestEdge: 16 } }, [47, 33]],
    ["at most the long side", { resize: { shortestEdge: 16, longestEdge: 18 }, resample: "box" }, [90, 33]],
    ["its middle", { resize: { shortestEdge: 17 }, crop: { width: 13, height: 14 } }, [33, 47]],
    ["its middle in black", { crop: { width: 40, height: 14 } }, [33, 47]],
    ["blue before red, colour by colour", { order: "bgr", layout: "pixels" }, [9, 7]],
  ])("what its backbone takes: %s", async ([, change, size]) => {
    const image = await photo(...size);
    const processing = { ...plain, ...change };
    const lines = imageLines({ image: { input: "x", batch: null, processing } });
    const head = ["import numpy as np", "from PIL import Image, ImageOps"];
    const printed = printedBy(
      [...head, ...lines, 'print(given["x"].dtype, given["x"].ravel().tolist())'].join("\n"),
      folder,
    );
    const [, type, numbers = ""] = /^(\w+) (.*)$/m.exec(printed) ?? [];
    const expected = processedImage(image, processing).data;
    const got = JSON.parse(numbers) as number[];
    expect([type, got.length]).toEqual(["float32", expected.length]);
    expect(Math.max(...got.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-6);
  });
});
