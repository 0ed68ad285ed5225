import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe as suite, expect, test } from "vitest";
import { openBackbone } from "../../src/backbones/index.ts";
import { embeddedPixels, type PixelImages } from "../../src/data/backbone/embed-images.ts";
import { processedImage } from "../../src/preparation/index.ts";
import { writeTwoEncoders } from "./small-encoder.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-test-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** More images than are worth threads of their own, each of other bytes. */
function imagesOf(channels: number, shared: boolean): PixelImages {
  const [count, width, height] = [150, 12, 10];
  const length = count * width * height * channels;
  const pixels = shared ? new Uint8Array(new SharedArrayBuffer(length)) : new Uint8Array(length);
  for (let i = 0; i < length; i++) pixels[i] = (i * 37 + (i >> 7) * 11) & 255;
  return { count, pixels, width, height, channels };
}

suite("images that threads make ready", () => {
  test.for([
    ["of shared memory", 3, true, undefined],
    ["of memory of its own", 3, false, undefined],
    ["grey", 1, true, undefined],
    ["of their own size, for which there are no slots", 3, true, { do_resize: false, do_normalize: false }],
  ] as const)("are those of one by one: %s", async ([, channels, shared, preprocessor]) => {
    const place = writeTwoEncoders(join(folder, "encoders"));
    if (preprocessor !== undefined)
      writeFileSync(join(place, "preprocessor_config.json"), JSON.stringify(preprocessor));
    const backbone = await openBackbone(place, "image");
    const { size, image: steps } = backbone.steps;
    const { processing } = steps!; // of images
    const images = imagesOf(channels, shared);
    const { width, height, pixels } = images;
    const numbers = width * height * channels;
    for await (const { indices, vectors, bad } of embeddedPixels(images, backbone, {
      wanted: () => true,
      threads: 2,
    })) {
      expect(bad).toEqual([]);
      for (const [slot, index] of indices.entries()) {
        const own = pixels.subarray(index * numbers, (index + 1) * numbers);
        const data = Uint8Array.from({ length: 3 * width * height }, (_, i) =>
          channels === 3 ? own[i]! : own[Math.floor(i / 3)]!,
        );
        if ("side" in processing) throw new Error("expected the preprocessing of the folder");
        const expected = await backbone.images([processedImage({ data, width, height }, processing)]);
        expect(vectors.subarray(slot * size, (slot + 1) * size)).toEqual(expected);
      }
    }
    await backbone.close();
  });
});
