import { describe as suite, expect, test } from "vitest";
import { binsOf, quantileKnots } from "../../../src/data/tables/quantile-knots.ts";

const rowsOf = (values: readonly number[]): [Float32Array, Uint32Array] => [
  Float32Array.from(values),
  Uint32Array.from(values.keys()),
];

suite("quantileKnots", () => {
  test("divides the rows into bins of as many each", () => {
    const values = [8, 3, 1, 6, 0, 5, 2, 7, 4];
    expect(quantileKnots(...rowsOf(values), 4)).toEqual([0, 2, 4, 6, 8]);
  });

  test("makes fewer bins where many rows share a value, and none of missing values", () => {
    const nan = Number.NaN;
    expect(quantileKnots(...rowsOf([0, 0, 0, 0, 0, 0, 1, 2, 3]), 4)).toEqual([0, 1, 3]);
    expect(quantileKnots(...rowsOf([nan, 2, nan, 4, 3]), 2)).toEqual([2, 3, 4]);
    expect(quantileKnots(...rowsOf([nan]), 2)).toEqual([]);
  });

  test("learns from the rows alone that it is given", () => {
    const values = Float32Array.of(5, 100, 6, 100, 7);
    expect(quantileKnots(values, Uint32Array.of(0, 2, 4), 2)).toEqual([5, 6, 7]);
  });

  test("reads evenly spread rows of many", () => {
    const values = Float32Array.from({ length: 100_000 }, (_, i) => i);
    const knots = quantileKnots(values, Uint32Array.from(values.keys()), 2);
    expect(knots).toEqual([0, 50_000, 99_995]); // every fifth row
  });
});

suite("binsOf", () => {
  test("is eight, fewer in wide tables and none in very wide ones", () => {
    expect([1, 256, 400, 512, 513, 20_000].map(binsOf)).toEqual([8, 8, 5, 4, 0, 0]);
  });
});
