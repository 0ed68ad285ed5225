import { describe as suite, expect, test } from "vitest";
import { ArgumentError } from "../../src/errors.ts";
import { requireCounts } from "../../src/imbalance/class-counts.ts";
import { classCounts, imbalanceRatio, shotGroups } from "../../src/imbalance/index.ts";

suite("classCounts", () => {
  test("counts each class in label order", () => {
    expect(classCounts([2, 0, 2, 2], 3)).toEqual([1, 0, 3]);
    expect(classCounts(Int32Array.of(1, 1), 2)).toEqual([0, 2]);
  });
  test("names the label that is no class", () => {
    expect(() => classCounts([0, 3], 3)).toThrow(
      "classCounts: expected labels[1] to be a whole number from 0 to 2, got 3.",
    );
    expect(() => classCounts([-1], 3)).toThrow("labels[0]");
    expect(() => classCounts([0.5], 3)).toThrow("labels[0]");
  });
  test("wants at least one class", () => {
    expect(() => classCounts([], 0)).toThrow(ArgumentError);
  });
});

suite("requireCounts", () => {
  test("names the class that has no examples", () => {
    expect(() => {
      requireCounts("f", [10, 0]);
    }).toThrow(
      "f: expected counts[1] to be a whole number of at least 1, got 0. Drop the empty class or give it examples.",
    );
  });
  test.for([[[5, 2.5]], [[5, NaN]], [[5, -1]], [[5]], [[]]])("refuses %j", ([counts]) => {
    expect(() => {
      requireCounts("f", counts!);
    }).toThrow(ArgumentError);
  });
  test("refuses what is no array", () => {
    expect(() => {
      requireCounts("f", new Float64Array([1, 2]) as unknown as number[]);
    }).toThrow(ArgumentError);
  });
});

suite("imbalanceRatio", () => {
  test("is the largest count over the smallest", () => {
    expect(imbalanceRatio([50, 5000, 100])).toBe(100);
  });
  test("is 1 for balanced data", () => {
    expect(imbalanceRatio([7, 7])).toBe(1);
  });
});

suite("shotGroups", () => {
  test("counts 20 and 100 as medium", () => {
    expect(shotGroups([101, 100, 20, 19])).toEqual(["many", "medium", "medium", "few"]);
  });
  test("takes other borders", () => {
    expect(shotGroups([11, 10, 4], { many: 10, few: 5 })).toEqual(["many", "medium", "few"]);
  });
  test("counts a class without examples as few", () => {
    expect(shotGroups([0])).toEqual(["few"]);
  });
  test("refuses borders that cross", () => {
    expect(() => shotGroups([1], { many: 5, few: 10 })).toThrow(
      "shotGroups: expected few to be at most many, 5, got 10.",
    );
  });
});
