import { describe as suite, expect, test } from "vitest";
import { epochOrder, imageDataset } from "../../../src/data/index.ts";
import type { BatchOptions } from "../../../src/data/dataset.ts";
import type { Images } from "../../../src/data/images/image-dataset.ts";
import { random } from "../../../src/random.ts";
import { asBytes, tinyDataset } from "../tiny-dataset.ts";

const five = tinyDataset([0, 1, 2, 0, 1]);

suite("imageDataset.batches", () => {
  test("follows the order, with the rest in a last short batch", () => {
    const seen = Array.from(
      five.batches([4, 3, 2, 1, 0], { batchSize: 2 }),
      ({ inputs, targets, positions, length }) => ({
        bytes: asBytes(inputs[0]!.values),
        targets: [...targets],
        positions: [...positions],
        length,
      }),
    );
    expect(seen).toEqual([
      { bytes: [4, 3], targets: [1, 0], positions: [4, 3], length: 2 },
      { bytes: [2, 1], targets: [2, 1], positions: [2, 1], length: 2 },
      { bytes: [0], targets: [0], positions: [0], length: 1 },
    ]);
  });

  test("says that the channels of a pixel lie side by side", () => {
    const [batch] = five.batches([0, 1], { batchSize: 2 });
    expect(batch!.inputs[0]).toMatchObject({ shape: [2, 1, 1, 1], layout: "channels-last" });
  });

  test("uses one buffer for all batches", () => {
    const buffers = Array.from(
      five.batches([0, 1, 2, 3, 4], { batchSize: 2 }),
      (batch) => batch.inputs[0]!.values.buffer,
    );
    expect(new Set(buffers).size).toBe(1);
  });

  test("gives one batch where the batch size is above the number of examples", () => {
    expect(Array.from(five.batches([1, 1, 1], { batchSize: 1000 }), ({ length }) => length)).toEqual([3]);
  });

  test("gives no batch for no examples", () => {
    expect([...five.batches([], { batchSize: 2 })]).toEqual([]);
  });

  test("varies images the same way for the same stream, and otherwise for another", () => {
    const varied = (seed: number): number[] => {
      return pixelsOf({ batchSize: 2, vary: { random: random(seed, "augment") } });
    };
    expect(varied(1)).toEqual(varied(1));
    expect(varied(1)).not.toEqual(varied(2));
  });

  test("varies images the same way whatever the batch size", () => {
    const varied = (batchSize: number): number[] => {
      return pixelsOf({ batchSize, vary: { random: random(0, "augment") } });
    };
    expect(varied(2)).toEqual(varied(5));
  });

  test("refuses at the call what it cannot do", () => {
    const call =
      (options: BatchOptions, pad = 1) =>
      () =>
        imageDataset({ ...five, augment: { pad, flip: true } }).batches([0], options);
    expect(call({ batchSize: 0 })).toThrow("expected batchSize to be a whole number of at least 1, got 0");
    expect(call({ batchSize: 1, vary: { random: random(0) } }, -1)).toThrow("augment.pad");
    expect(call({ batchSize: 1, vary: { random: random(0), cutout: 0.5 } })).toThrow("expected cutout");
    expect(() => five.batches([0, 5], { batchSize: 1 })).toThrow("expected order[1]");
  });

  test("takes an order of an epoch", () => {
    const order = epochOrder(five.labels, [1, 1, 1], { seed: 0, epoch: 0 });
    const bytes = Array.from(five.batches(order, { batchSize: 2 }), ({ inputs }) =>
      asBytes(inputs[0]!.values),
    ).flat();
    expect(bytes.sort()).toEqual([0, 1, 2, 3, 4]);
  });
});

/** One 4 × 4 image whose pixels all differ, so that every placement shows. */
const ramp: Images = {
  ...tinyDataset([0]),
  shape: { channels: 1, height: 4, width: 4 },
  pixels: Uint8Array.from({ length: 16 }, (_, i) => 10 * i + 1),
  augment: { pad: 1, flip: true },
};

/** What five showings of the ramp give. */
function pixelsOf(options: BatchOptions): number[] {
  const batches = imageDataset(ramp).batches([0, 0, 0, 0, 0], options);
  return Array.from(batches, ({ inputs }) => [...inputs[0]!.values]).flat();
}
