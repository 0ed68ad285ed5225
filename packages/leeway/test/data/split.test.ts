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

const of = (seed: number): Parameters<typeof holdOut>[2] => ({ seed, purpose: "validation" });

suite("holdOut", () => {
  test("holds the fraction of every class out", () => {
    const { train, held } = holdOut(ofCounts([100, 50, 10]), 0.1, of(0));
    expect(classCounts(held.labels, 3)).toEqual([10, 5, 1]);
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
          const { train, held: out } = holdOut(dataset, fraction, of(seed));
          expect([...train.ids, ...out.ids].sort((a, b) => a - b)).toEqual([...dataset.ids]);
          const [kept, held] = [train, out].map(({ labels }) => classCounts(labels, counts.length));
          counts.forEach((count, j) => {
            expect(kept![j]).toBeGreaterThanOrEqual(1);
            expect(held![j]).toBeGreaterThanOrEqual(count > 1 ? 1 : 0);
          });
        },
      ),
    );
  });

  test("holds the same out for the same seed, and others for another", () => {
    const held = (seed: number): string => holdOut(ofCounts([40, 40]), 0.25, of(seed)).held.ids.join();
    expect(held(0)).toBe(held(0));
    expect(held(0)).not.toBe(held(1));
  });

  test("holds out other examples for another purpose", () => {
    const held = (purpose: "validation" | "test"): string =>
      holdOut(ofCounts([40, 40]), 0.25, { seed: 0, purpose }).held.ids.join();
    expect(held("test")).not.toBe(held("validation"));
  });

  test.for([0, 1, -0.1, Number.NaN])("refuses a fraction of %d", (fraction) => {
    expect(() => holdOut(ofCounts([4, 4]), fraction, of(0))).toThrow(
      "expected fraction to be above 0 and below 1",
    );
  });
});
