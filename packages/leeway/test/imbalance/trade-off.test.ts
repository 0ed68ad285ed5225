import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import {
  bestMargins,
  biasShift,
  exponentOfRate,
  ldamMargins,
  type Pair,
  rateOfExponent,
  tradeOffCost,
} from "../../src/imbalance/index.ts";

const someCount = fc.integer({ min: 1, max: 1_000_000 });
const twoCounts = fc.tuple(someCount, someCount);
const someExponent = fc.double({ min: 0.02, max: 0.45, noNaN: true });
const aShare = fc.double({ min: 1e-3, max: 1 - 1e-3, noNaN: true });

/** Where a function of one valley on (0, sum) is least: golden-section search. */
function argmin(cost: (at: number) => number, sum: number): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [from, to] = [0, sum];
  for (let step = 0; step < 100; step++) {
    const [left, right] = [to - golden * (to - from), from + golden * (to - from)];
    if (cost(left) < cost(right)) to = right;
    else from = left;
  }
  return (from + to) / 2;
}

suite("exponentOfRate", () => {
  test("is 1/4 for errors that fall as 1/√n and 1/3 for those that fall as 1/n", () => {
    expect(exponentOfRate(1 / 2)).toBe(1 / 4);
    expect(exponentOfRate(1)).toBe(1 / 3);
  });
  property.prop([someExponent])("is undone by rateOfExponent", (exponent) => {
    expect(exponentOfRate(rateOfExponent(exponent))).toBeCloseTo(exponent, 12);
  });
  test("refuses a rate of 0", () => {
    expect(() => exponentOfRate(0)).toThrow("exponentOfRate: expected rate to be above 0, got 0.");
  });
});

suite("rateOfExponent", () => {
  test.for([0, 0.5, 1, NaN])("knows no rate that makes %d the best exponent", (exponent) => {
    expect(() => rateOfExponent(exponent)).toThrow("expected exponent to be in (0, 1/2)");
  });
});

suite("tradeOffCost", () => {
  test("is 1/(γ₁√n₁) + 1/(γ₂√n₂) at 1/4", () => {
    expect(tradeOffCost([100, 4], [0.5, 0.25])).toBeCloseTo(1 / (0.5 * 10) + 1 / (0.25 * 2), 12);
  });
  test("is 1/(γ₁²n₁) + 1/(γ₂²n₂) at 1/3", () => {
    const cost = 1 / (0.25 * 100) + 1 / (0.0625 * 4);
    expect(tradeOffCost([100, 4], [0.5, 0.25], { exponent: 1 / 3 })).toBeCloseTo(cost, 12);
  });
  test("is infinite without a margin above 0", () => {
    expect(tradeOffCost([100, 4], [0.5, 0])).toBe(Infinity);
    expect(tradeOffCost([100, 4], [-0.1, 0.5])).toBe(Infinity);
  });
  test("is of two classes", () => {
    expect(() => tradeOffCost([1, 2, 3], [1, 1])).toThrow(
      "expected counts to be of exactly 2 classes, got 3.",
    );
  });
});

suite("bestMargins", () => {
  test("is the paper's closed form at 1/4", () => {
    const [n1, n2] = [1000, 50];
    const [first, second] = bestMargins([n1, n2], 2);
    expect(first).toBeCloseTo((2 * n2 ** 0.25) / (n1 ** 0.25 + n2 ** 0.25), 12);
    expect(second).toBeCloseTo((2 * n1 ** 0.25) / (n1 ** 0.25 + n2 ** 0.25), 12);
  });
  property.prop([twoCounts, someExponent])("is what a search finds", (counts, exponent) => {
    const found = argmin((at) => tradeOffCost(counts, [at, 1 - at], { exponent }), 1);
    // A search by comparing costs sees no nearer than the root of a rounding error.
    expect(bestMargins(counts, 1, { exponent })[0]).toBeCloseTo(found, 5);
  });
  property.prop([twoCounts, someExponent, aShare])(
    "never costs more than another split",
    (counts, exponent, share) => {
      const best = tradeOffCost(counts, bestMargins(counts, 1, { exponent }), { exponent });
      const other = tradeOffCost(counts, [share, 1 - share], { exponent });
      expect(best).toBeLessThanOrEqual(other * (1 + 1e-12));
    },
  );
  property.prop([twoCounts, fc.integer({ min: 2, max: 1000 })])(
    "does not change where both classes have so many times the examples",
    ([n1, n2], times) => {
      const [first, second] = bestMargins([n1, n2], 1);
      const [firstOfMore, secondOfMore] = bestMargins([n1 * times, n2 * times], 1);
      expect(firstOfMore).toBeCloseTo(first, 12);
      expect(secondOfMore).toBeCloseTo(second, 12);
    },
  );
  property.prop([twoCounts, someExponent])("is in proportion to LDAM's margins", (counts, exponent) => {
    const ldam = ldamMargins(counts, { exponent });
    const [first, second] = bestMargins(counts, ldam[0]! + ldam[1]!, { exponent });
    expect(first / ldam[0]!).toBeCloseTo(1, 12);
    expect(second / ldam[1]!).toBeCloseTo(1, 12);
  });
  test("has nothing to split where classes are not separable", () => {
    expect(() => bestMargins([10, 5], -0.2)).toThrow("bestMargins: expected sum to be above 0, got -0.2.");
  });
});

suite("biasShift", () => {
  property.prop([twoCounts, aShare])("moves the margins there are to the best ones", (counts, share) => {
    const from: Pair = [3 * share, 3 * (1 - share)];
    const best = bestMargins(counts, from[0] + from[1]);
    const shift = biasShift(from, best);
    // z₁ + b and z₂ - b: the first class's margin gains 2b, the second's loses it.
    expect(from[0] + 2 * shift).toBeCloseTo(best[0], 12);
    expect(from[1] - 2 * shift).toBeCloseTo(best[1], 12);
  });
  test("lets a rare class that is not separable have a margin", () => {
    expect(biasShift([0.5, -0.1], [0.1, 0.3])).toBeCloseTo(-0.2, 12);
  });
  test("refuses margins of another sum", () => {
    expect(() => biasShift([0.2, 0.2], [0.3, 0.3])).toThrow(
      "biasShift: expected margins to have the sum 0.4",
    );
  });
});
