import { describe as suite, expect, test } from "vitest";
import {
  filledBatches,
  inOrder,
  loadedBatches,
  plannedBatches,
  requireBatches,
} from "../../src/data/batching.ts";
import type { Batch, Share } from "../../src/data/index.ts";
import { random } from "../../src/random.ts";
import { colouredImages } from "../runs/tiny-run.ts";

const labels = Int32Array.of(5, 6, 7, 8, 9);

const contents = ({ targets, positions, length }: Batch): unknown => [[...targets], [...positions], length];

suite("inOrder", () => {
  test("cuts the order into views, the last one short", () => {
    const order = Uint32Array.of(4, 3, 2, 1, 0);
    const parts = [...inOrder({ order, batchSize: 2 })];
    expect(parts.map((part) => [...part])).toEqual([[4, 3], [2, 1], [0]]);
    expect(new Set(parts.map(({ buffer }) => buffer))).toEqual(new Set([order.buffer]));
  });

  test("gives nothing for an empty order", () => {
    expect([...inOrder({ order: [], batchSize: 2 })]).toEqual([]);
  });
});

suite("filledBatches", () => {
  test("gives each batch its labels and positions, in one array of targets", () => {
    const filled: number[][] = [];
    const batches = filledBatches({ labels }, inOrder({ order: [4, 0, 1], batchSize: 2 }), (positions) => {
      filled.push([...positions]);
      return [];
    });
    const buffers = new Set<unknown>();
    const seen = Array.from(batches, (batch) => {
      buffers.add(batch.targets.buffer);
      return contents(batch);
    });
    expect(seen).toEqual([
      [[9, 5], [4, 0], 2],
      [[6], [1], 1],
    ]);
    expect(filled).toEqual([[4, 0], [1]]);
    expect(buffers.size).toBe(1);
  });
});

suite("a share of batches", () => {
  // The odd slots of each batch.
  const share: Share = {
    largest: (size) => Math.floor(size / 2),
    slotsOf: (length) => Uint32Array.from({ length: Math.floor(length / 2) }, (_, i) => 2 * i + 1),
  };

  test("has its own slots, and says what the whole batches are", () => {
    const plan = { labels, order: [4, 3, 2, 1, 0], batchSize: 4, share };
    const seen = [...plannedBatches(plan, () => () => [])].map((batch) => [
      ...[contents(batch), [...batch.whole!]],
    ]);
    expect(seen).toEqual([
      [
        [[8, 6], [3, 1], 2],
        [4, 3, 2, 1],
      ],
      [[[], [], 0], [0]],
    ]);
  });

  test("asks of files only what it takes", async () => {
    const loaded: number[][] = [];
    const load = (positions: Uint32Array) => {
      loaded.push([...positions]);
      return Promise.resolve(() => []);
    };
    const parts = inOrder({ order: [4, 3, 2, 1], batchSize: 2 });
    const seen = [];
    for await (const { positions } of loadedBatches({ labels, share }, parts, load))
      seen.push([...positions]);
    expect(loaded).toEqual([[3], [1]]);
    expect(seen).toEqual(loaded);
  });

  test("varies an image as the whole batch does", () => {
    const batches = (part?: Share): number[][] => {
      const vary = { random: random(3, "augment") };
      const images = colouredImages("train", [3, 3, 3, 3]);
      const all = images.batches([...images.labels.keys()], { batchSize: 5, vary, share: part });
      return Array.from(all, ({ inputs }) => Array.from(inputs[0]!.values));
    };
    const size = 8 * 8 * 3;
    const expected = batches().map((values) => values.filter((_, i) => Math.floor(i / size) % 2 === 1));
    expect(batches(share)).toEqual(expected);
  });
});

suite("loadedBatches", () => {
  test("loads the next batch before it gives one, and fills it afterwards", async () => {
    const events: string[] = [];
    const load = (positions: Uint32Array) => {
      events.push(`load ${positions.join()}`);
      return Promise.resolve((filled: Uint32Array) => {
        events.push(`fill ${filled.join()}`);
        return [];
      });
    };
    const parts = inOrder({ order: [3, 2, 1, 0], batchSize: 2 });
    for await (const batch of loadedBatches({ labels }, parts, load))
      events.push(`batch ${batch.targets.join()}`);
    expect(events).toEqual(["load 3,2", "load 1,0", "fill 3,2", "batch 8,7", "fill 1,0", "batch 6,5"]);
  });

  test("throws what loading a batch throws, where the batch would come", async () => {
    const load = (positions: Uint32Array) =>
      positions[0] === 1 ? Promise.reject(new Error("torn")) : Promise.resolve(() => []);
    const seen: unknown[] = [];
    const read = async (): Promise<void> => {
      const parts = inOrder({ order: [0, 1], batchSize: 1 });
      for await (const batch of loadedBatches({ labels }, parts, load)) seen.push(contents(batch));
    };
    await expect(read()).rejects.toThrow("torn");
    expect(seen).toEqual([[[5], [0], 1]]);
  });
});

suite("requireBatches", () => {
  test("refuses a batch size that is none, and what is no position", () => {
    expect(() => {
      requireBatches({ labels, order: [0], batchSize: 0 });
    }).toThrow("batches: expected batchSize to be a whole number of at least 1, got 0.");
    expect(() => {
      requireBatches({ labels, order: [0, 5], batchSize: 1 });
    }).toThrow("batches: expected order[1] to be a whole number from 0 to 4, got 5.");
  });
});
