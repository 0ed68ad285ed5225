import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import { epochOrder, withMinimum } from "../../src/data/index.ts";

/** Labels of so many examples of each class. */
const labelsOf = (counts: readonly number[]): number[] =>
  counts.flatMap((count, label) => new Array<number>(count).fill(label));

/** The batches of an order, each the examples' classes. */
function batches(order: Uint32Array, labels: readonly number[], batchSize: number): number[][] {
  const count = Math.ceil(order.length / batchSize);
  return Array.from({ length: count }, (_, i) =>
    Array.from(order.subarray(i * batchSize, (i + 1) * batchSize), (position) => labels[position]!),
  );
}

const sorted = (order: Uint32Array): number[] => [...order].sort((a, b) => a - b);

/** Counts of two to six classes, a minimum that fits into a batch, odds, a seed and an epoch. */
const request = fc
  .integer({ min: 2, max: 6 })
  .chain((classes) => {
    const list = <T>(each: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
      fc.array(each, { minLength: classes, maxLength: classes });
    return fc.record({
      counts: list(fc.integer({ min: 1, max: 60 })),
      minimum: list(fc.integer({ min: 0, max: 4 })),
      odds: fc.oneof(fc.constant(new Array<number>(classes).fill(1)), list(fc.constantFrom(0.01, 0.2, 1))),
      room: fc.integer({ min: 0, max: 20 }),
      seed: fc.nat(1000),
      epoch: fc.nat(100),
    });
  })
  .map(({ room, ...rest }) => ({
    ...rest,
    batchSize: Math.max(1, rest.minimum.reduce((sum, each) => sum + each, 0) + room),
  }));

suite("withMinimum", () => {
  property.prop([request], { numRuns: 500 })(
    "gives every batch its minimum, with any counts and odds",
    ({ counts, minimum, odds, batchSize, seed, epoch }) => {
      const labels = labelsOf(counts);
      const order = epochOrder(labels, odds, { seed, epoch });
      const held = withMinimum(order, labels, { minimum, batchSize, seed, epoch });
      for (const batch of batches(held, labels, batchSize)) {
        minimum.forEach((least, j) => {
          expect(batch.filter((label) => label === j).length).toBeGreaterThanOrEqual(least);
        });
      }
      // As many batches as before; only a last one that is too short for its minimum is longer.
      expect(Math.ceil(held.length / batchSize)).toBe(Math.ceil(order.length / batchSize));
      const last = order.length % batchSize || batchSize;
      const sum = minimum.reduce((total, each) => total + each, 0);
      expect(held.length - order.length).toBe(Math.max(0, sum - last));
      expect(withMinimum(order, labels, { minimum, batchSize, seed, epoch })).toEqual(held);
    },
  );

  test("leaves an order as it is that has the minimum", () => {
    const labels = labelsOf([500, 500]);
    const order = epochOrder(labels, [1, 1], { seed: 0, epoch: 0 });
    expect(withMinimum(order, labels, { minimum: [1, 1], batchSize: 100, seed: 0, epoch: 0 })).toEqual(order);
  });

  test("exchanges examples while there are enough: each is still shown once", () => {
    const labels = labelsOf([180, 20]);
    const order = epochOrder(labels, [1, 1], { seed: 1, epoch: 2 });
    const held = withMinimum(order, labels, { minimum: [0, 2], batchSize: 20, seed: 1, epoch: 2 });
    expect(held).not.toEqual(order);
    expect(sorted(held)).toEqual(sorted(order));
  });

  test("repeats examples where there are too few, all of them equally often", () => {
    const labels = labelsOf([197, 3]);
    const order = epochOrder(labels, [1, 1], { seed: 0, epoch: 0 });
    const held = withMinimum(order, labels, { minimum: [0, 2], batchSize: 20, seed: 0, epoch: 0 });
    const shown = [197, 198, 199].map((position) => held.filter((each) => each === position).length);
    // 10 batches of 2: 20 in all, some in one batch with more than two.
    expect(shown.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(20);
    expect(Math.max(...shown) - Math.min(...shown)).toBeLessThanOrEqual(1);
    expect(held.length).toBe(200);
  });

  test("leaves other examples out in each epoch", () => {
    const labels = labelsOf([99, 1]);
    const left = (epoch: number): number[] => {
      const order = epochOrder(labels, [1, 1], { seed: 0, epoch });
      const shown = new Set(withMinimum(order, labels, { minimum: [0, 1], batchSize: 10, seed: 0, epoch }));
      return [...labels.keys()].filter((position) => !shown.has(position));
    };
    expect(left(0)).toHaveLength(9);
    expect(left(0)).not.toEqual(left(1));
  });

  test("lengthens a last batch that is too short for its minimum", () => {
    const labels = labelsOf([20, 1]);
    const order = epochOrder(labels, [1, 1], { seed: 0, epoch: 0 });
    const held = withMinimum(order, labels, { minimum: [1, 2], batchSize: 10, seed: 0, epoch: 0 });
    expect(batches(held, labels, 10).map((batch) => batch.length)).toEqual([10, 10, 3]);
  });
});
