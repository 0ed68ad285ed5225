import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import { ldamMargins, uniformMargins } from "../../src/imbalance/index.ts";

const someCounts = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 2, maxLength: 50 });

suite("ldamMargins", () => {
  property.prop([someCounts])("gives the rarest class exactly maxMargin", (counts) => {
    expect(Math.max(...ldamMargins(counts))).toBe(0.5);
    expect(ldamMargins(counts)[counts.indexOf(Math.min(...counts))]).toBe(0.5);
  });
  test("halves the margin for a class with 16 times the examples", () => {
    expect([...ldamMargins([5, 80, 1280])]).toEqual([0.5, 0.25, 0.125]);
  });
  property.prop([someCounts])("gives Δ_j · n_j^(1/4) the same value C for every class", (counts) => {
    const c = ldamMargins(counts).map((margin, j) => margin * counts[j]! ** 0.25);
    // A few roundings of fourth roots: 1e-12 relative.
    for (const value of c) expect(value / c[0]!).toBeCloseTo(1, 12);
  });
  test("gives every class maxMargin where counts are equal", () => {
    expect(ldamMargins([9, 9, 9], { maxMargin: 0.3 })).toEqual(uniformMargins(3, 0.3));
  });
  test("names the class that has no examples", () => {
    expect(() => ldamMargins([10, 0])).toThrow(
      "ldamMargins: expected counts[1] to be a whole number of at least 1, got 0. Drop the empty class or give it examples.",
    );
  });
  test.for([0, -1, NaN, Infinity])("refuses a largest margin of %d", (maxMargin) => {
    expect(() => ldamMargins([1, 2], { maxMargin })).toThrow("ldamMargins: expected maxMargin to be above 0");
  });
});

suite("uniformMargins", () => {
  test("gives every class the same", () => {
    expect([...uniformMargins(3, 0.5)]).toEqual([0.5, 0.5, 0.5]);
  });
  test("allows no margin, not less", () => {
    expect([...uniformMargins(2, 0)]).toEqual([0, 0]);
    expect(() => uniformMargins(2, -0.1)).toThrow(
      "uniformMargins: expected margin to be at least 0, got -0.1.",
    );
    expect(() => uniformMargins(1, 0.5)).toThrow("classes");
  });
});
