import { describe as suite, expect, test } from "vitest";
import { thinnedCounts } from "../../src/imbalance/index.ts";

suite("thinnedCounts", () => {
  test("leaves the most frequent class its share, and the others all", () => {
    expect(thinnedCounts([10, 2000, 30], 0.05)).toEqual([10, 100, 30]);
  });
  test("leaves it as many as the next frequent class has", () => {
    expect(thinnedCounts([10, 2000, 300], 0.05)).toEqual([10, 300, 300]);
    expect(thinnedCounts([7, 1000], 0.001)).toEqual([7, 7]);
  });
  test("takes nothing where two classes are equally frequent", () => {
    expect(thinnedCounts([50, 50, 3], 0.1)).toEqual([50, 50, 3]);
  });
  test("refuses a share that is none, and an empty class", () => {
    expect(() => thinnedCounts([2, 9], 0)).toThrow("share to be above 0 and at most 1, got 0");
    expect(() => thinnedCounts([0, 9], 0.5)).toThrow("counts[0]");
  });
});
