import { randomFillSync } from "node:crypto";
import { scope } from "@leeway/torch";
import { describe as suite, expect, test } from "vitest";
import { type Dataset, imageDataset } from "../../src/data/index.ts";
import { embeddingDataset, embeddingExamples } from "../../src/data/embeddings/embedding-examples.ts";
import { tableDataset } from "../../src/data/tables/table-dataset.ts";
import type { TableSteps } from "../../src/preparation/index.ts";
import { batchTensors } from "../../src/models/index.ts";
import { random } from "../../src/random.ts";

const count = 90;
const examples = {
  name: "noise",
  classNames: ["a", "b"],
  labels: Int32Array.from({ length: count }, (_, i) => i % 2),
  ids: Uint32Array.from({ length: count }, (_, i) => i),
};

/** Of every batch the inputs as tensors have them, and as they are read: [N, C, H, W] against [N, H, W, C] for images. */
async function bothOf(dataset: Dataset, cutout?: number): Promise<{ tensors: number[][]; read: number[][] }> {
  const [tensors, read]: [number[][], number[][]] = [[], []];
  const order = Uint32Array.from({ length: count }, (_, i) => (i * 7) % count);
  const vary = { random: random(0, "augment", 0), cutout };
  for await (const batch of dataset.batches(order, { batchSize: 40, vary })) {
    scope(() => {
      const { inputs } = batchTensors(batch, "cpu");
      inputs.forEach((input, i) => {
        const { layout, values } = batch.inputs[i]!; // as many
        const stored = layout === undefined ? input : input.permute([0, 2, 3, 1]);
        tensors.push(Array.from(stored.data(), Number));
        read.push([...values]);
      });
    });
  }
  return { tensors, read };
}

suite("batchTensors", () => {
  test("has the bits of the values that are read: images, shifted, mirrored, with a hole", async () => {
    for (const channels of [1, 3]) {
      const shape = { channels, height: 9, width: 8 };
      const dataset = imageDataset({
        ...examples,
        shape,
        pixels: randomFillSync(new Uint8Array(count * 72 * channels)),
        mean: [0.4, 0.5, 0.6].slice(0, channels),
        std: [0.2, 0.3, 0.4].slice(0, channels),
        augment: { pad: 3, flip: true },
      });
      for (const cutout of [undefined, 5]) {
        const { tensors, read } = await bothOf(dataset, cutout);
        expect(tensors).toEqual(read);
      }
    }
  });

  test("the rows of a table, with missing and outlying numbers and unknown categories", async () => {
    const numbers = Array.from({ length: 5 }, (_, f) =>
      Float32Array.from({ length: count }, (_value, i) => (i % 9 === f ? NaN : Math.tan(i * (f + 1)))),
    );
    const distinct = ["x", "y", "z"];
    const codes = Int32Array.from({ length: count }, (_, i) => (i % 4) - 1);
    const steps: TableSteps = {
      ...({ kind: "table", version: 1, label: "class" } as const),
      numeric: numbers.map((_, f) => ({
        ...{ name: `n${f}`, origin: 0, mean: f / 3, std: 0.1 + f, indicator: f % 2 === 0 },
      })),
      categorical: [{ name: "c", categories: ["z", null] }],
    };
    const unread = { count: 0, first: "" };
    const numeric = numbers.map((values, f) => ({
      ...{ name: `n${f}`, reading: undefined, origin: 0, values, unread },
    }));
    const table = { numeric, categorical: [{ name: "c", codes, distinct }] };
    const whole = tableDataset({ ...examples, table }, steps);
    for (const dataset of [whole, whole.select(Uint32Array.from(examples.ids).reverse())]) {
      const first = await bothOf(dataset);
      expect(first.tensors).toEqual(first.read);
      expect(first.tensors[0]).toHaveLength(40 * 8);
      expect(await bothOf(dataset)).toEqual(first); // rows are kept by now
    }
  });

  test("embeddings", async () => {
    const size = 37;
    const vectors = Float32Array.from({ length: count * size }, (_, i) => Math.tan(i));
    const mean = Array.from({ length: size }, (_, d) => Math.cos(d));
    const std = Array.from({ length: size }, (_, d) => 0.1 + d / 7);
    const rows = embeddingExamples({ ...examples, size, vectors });
    const dataset = embeddingDataset(rows, { kind: "embedding", version: 1, mean, std });
    const { tensors, read } = await bothOf(dataset);
    expect(tensors).toEqual(read);
  });
});
