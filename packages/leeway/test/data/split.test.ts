import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { holdOut } from "../../src/data/index.ts";
import { classCounts } from "../../src/imbalance/index.ts";
import { tinyDataset } from "./tiny-dataset.ts";

const ofCounts = (counts: readonly number[]): ReturnType<typeof tinyDataset> =>
  tinyDataset(
    counts.flatMap((count, j) => Array.from({ length: count }, () => j)),
    counts.length,
  );

suite("holdOut", () => {
  test("holds the fraction of every class out", () => {
    const { train, validation } = holdOut(ofCounts([100, 50, 10]), 0.1, 0);
    expect(classCounts(validation.labels, 3)).toEqual([10, 5, 1]);
    expect(classCounts(train.labels, 3)).toEqual([90, 45, 9]);
  });

  test("loses and repeats nothing, and leaves every class of two on both sides", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 6 }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.nat(),
        (counts, fraction, seed) => {
          const dataset = ofCounts(counts);
          const { train, validation } = holdOut(dataset, fraction, seed);
          expect([...train.ids, ...validation.ids].sort((a, b) => a - b)).toEqual([...dataset.ids]);
          const [kept, held] = [train, validation].map(({ labels }) => classCounts(labels, counts.length));
          counts.forEach((count, j) => {
            expect(kept![j]).toBeGreaterThanOrEqual(1);
            expect(held![j]).toBeGreaterThanOrEqual(count > 1 ? 1 : 0);
          });
        },
      ),
    );
  });

  test("holds the same out for the same seed, and others for another", () => {
    const held = (seed: number): string => holdOut(ofCounts([40, 40]), 0.25, seed).validation.ids.join();
    expect(held(0)).toBe(held(0));
    expect(held(0)).not.toBe(held(1));
  });

  test.for([0, 1, -0.1, Number.NaN])("refuses a fraction of %d", (fraction) => {
    expect(() => holdOut(ofCounts([4, 4]), fraction, 0)).toThrow(
      "expected fraction to be above 0 and below 1",
    );
  });
});
