import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { cachedExamples, cachedImages, type CachedForm } from "../../../src/data/images/cached-images.ts";
import type { Batch, Dataset } from "../../../src/data/index.ts";
import type { BatchOptions } from "../../../src/data/dataset.ts";
import { imageDataset } from "../../../src/data/index.ts";
import { random } from "../../../src/random.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { asBytes } from "../tiny-dataset.ts";

const plain = { mean: [0, 0, 0], std: [1, 1, 1], augment: { pad: 0, flip: false } };

/** `count` images of `stored` x `stored`, whose bytes follow from where they are. */
function bytesOf(count: number, stored: number): Uint8Array {
  return Uint8Array.from({ length: count * stored * stored * 3 }, (_, i) => (i * 7 + (i >> 8)) & 255);
}

/** A data set of a cache of `count` images, every second of them of class 1. */
function made(count: number, form: Partial<CachedForm> = {}): Dataset & { readonly pixels: string } {
  const { stored = 4, side = stored } = form;
  const pixels = join(temporaryFolder(), "pixels.bin");
  writeFileSync(pixels, bytesOf(count, stored));
  const examples = cachedExamples({
    name: "photos",
    classNames: ["a", "b"],
    labels: Int32Array.from({ length: count }, (_, i) => i % 2),
    ids: Uint32Array.from({ length: count }, (_, i) => 10 * i),
    places: Uint32Array.from({ length: count }, (_, i) => i),
  });
  return { ...cachedImages(examples, { ...plain, ...form, pixels, stored, side }), pixels };
}

/** What batches hold, copied, since they use their arrays again. */
async function read(
  dataset: Dataset,
  order: readonly number[],
  options: BatchOptions,
): Promise<{ values: number[]; targets: number[]; positions: number[]; shape: readonly number[] }[]> {
  const all = [];
  for await (const { inputs, targets, positions } of dataset.batches(order, options)) {
    const [{ values, shape }] = inputs as [Batch["inputs"][number]];
    all.push({ values: [...values], targets: [...targets], positions: [...positions], shape });
  }
  return all;
}

suite("cachedImages", () => {
  test("reads the images of a batch in the order asked for", async () => {
    const dataset = made(5, { stored: 4 });
    const pixels = bytesOf(5, 4);
    const batches = await read(dataset, [4, 0, 1, 2, 0], { batchSize: 3 });
    const image = (i: number): number[] => [...pixels.subarray(48 * i, 48 * (i + 1))];
    expect(batches.map(({ values }) => asBytes(values))).toEqual([
      [4, 0, 1].flatMap(image),
      [2, 0].flatMap(image),
    ]);
    expect(batches.map(({ targets, positions, shape }) => ({ targets, positions, shape }))).toEqual([
      { targets: [0, 0, 1], positions: [4, 0, 1], shape: [3, 4, 4, 3] },
      { targets: [0, 0], positions: [2, 0], shape: [2, 4, 4, 3] },
    ]);
  });

  test("gives the same batches as images in memory, varied as they are", async () => {
    const form = { stored: 6, mean: [0.4, 0.5, 0.6], std: [0.2, 0.3, 0.4], augment: { pad: 2, flip: true } };
    const dataset = made(7, form);
    const { name, classNames, labels, ids } = dataset;
    const shape = { channels: 3, height: 6, width: 6 };
    const same = imageDataset({ ...form, name, classNames, labels, ids, shape, pixels: bytesOf(7, 6) });
    const order = [6, 5, 0, 0, 1, 2, 3, 4];
    const options = (): BatchOptions => ({ batchSize: 3, vary: { random: random(1, "x"), cutout: 2 } });
    expect(await read(dataset, order, options())).toEqual(await read(same, order, options()));
  });

  test("evaluates on the middle of what is stored, and trains on any part of it", async () => {
    const dataset = made(1, { stored: 6, side: 4 });
    expect(dataset.input).toEqual({ kind: "image", channels: 3, height: 4, width: 4 });
    const part = (down: number, right: number): number[] =>
      [0, 1, 2, 3].flatMap((y) => {
        const from = ((y + down) * 6 + right) * 3;
        return [...bytesOf(1, 6).subarray(from, from + 12)];
      });
    const [middle] = await read(dataset, [0], { batchSize: 1 });
    expect(asBytes(middle!.values)).toEqual(part(1, 1));
    const vary = { random: random(0, "parts") };
    const parts = await read(dataset, Array<number>(200).fill(0), { batchSize: 1, vary });
    const seen = new Set(parts.map(({ values }) => JSON.stringify(asBytes(values))));
    const all = [0, 1, 2].flatMap((down) => [0, 1, 2].map((right) => JSON.stringify(part(down, right))));
    expect([...seen].sort()).toEqual(all.sort());
  });

  test("selects examples without reading their images", async () => {
    const dataset = made(5).select([3, 1, 3]);
    expect([...dataset.labels, ...dataset.ids]).toEqual([1, 1, 1, 30, 10, 30]);
    const [batch] = await read(dataset, [1], { batchSize: 9 });
    expect(asBytes(batch!.values)).toEqual([...bytesOf(5, 4).subarray(48, 96)]);
    expect(() => made(5).select([5])).toThrow("expected indices[0] to be a whole number from 0 to 4, got 5");
  });

  test("refuses impossible batches at the call", () => {
    const dataset = made(2);
    expect(() => dataset.batches([0], { batchSize: 0 })).toThrow("expected batchSize to be a whole number");
    expect(() => dataset.batches([2], { batchSize: 1 })).toThrow(
      "expected order[0] to be a whole number from 0",
    );
  });

  test("closes its file when nobody reads on", async () => {
    const dataset = made(50);
    for (let i = 0; i < 50; i++) {
      for await (const batch of dataset.batches(Array.from(dataset.labels.keys()), { batchSize: 4 })) {
        expect(batch.length).toBe(4);
        break;
      }
    }
    // A file that is left open would be closed by the garbage collector, with a warning, which fails the tests.
  });

  test("says that the cache is cut off or gone, and how to cure it", async () => {
    const dataset = made(3);
    truncateSync(dataset.pixels, 100);
    await expect(read(dataset, [0, 1, 2], { batchSize: 1 })).rejects.toThrow(
      `${dataset.pixels}: expected a whole cache of images, got one that is cut off. Delete the cache's folder`,
    );
    const gone = cachedImages(cachedExamples({ ...dataset, places: Uint32Array.of(0, 1, 2) }), {
      ...plain,
      pixels: "/no/pixels.bin",
      stored: 4,
      side: 4,
    });
    await expect(read(gone, [0], { batchSize: 1 })).rejects.toThrow(
      "/no/pixels.bin: expected a file that can be read",
    );
  });
});
