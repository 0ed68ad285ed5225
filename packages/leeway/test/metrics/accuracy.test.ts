import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import {
  balancedAccuracy,
  confusionMatrix,
  gMean,
  macroF1,
  perClassAccuracy,
  shotGroupAccuracy,
  topOneAccuracy,
  worstClassAccuracy,
} from "../../src/metrics/index.ts";

/** Accuracies 3/4, 1/2 and 0/1. */
const confusion = [
  [3, 1, 0],
  [1, 1, 0],
  [1, 0, 0],
];
/** Accuracies 3/4 and 1/2; the third class has no example, yet is predicted once. */
const withoutThird = [
  [3, 0, 1],
  [1, 1, 0],
  [0, 0, 0],
];
const empty = [
  [0, 0],
  [0, 0],
];

suite("perClassAccuracy", () => {
  test("is the diagonal over the row's sum", () => {
    expect(perClassAccuracy(confusion)).toEqual([3 / 4, 1 / 2, 0]);
  });
  test("is null for a class without an example", () => {
    expect(perClassAccuracy(withoutThird)).toEqual([3 / 4, 1 / 2, null]);
  });
});

suite("topOneAccuracy", () => {
  test("counts each example the same", () => {
    expect(topOneAccuracy(confusion)).toBe(4 / 7);
  });
});

suite("balancedAccuracy", () => {
  test("counts each class the same", () => {
    expect(balancedAccuracy(confusion)).toBeCloseTo((3 / 4 + 1 / 2) / 3, 12);
  });
  test("leaves out a class without an example", () => {
    expect(balancedAccuracy(withoutThird)).toBeCloseTo((3 / 4 + 1 / 2) / 2, 12);
  });
  property.prop([fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 30 })])(
    "equals top-1 accuracy where each class has as many examples",
    (guesses) => {
      const labels = guesses.flatMap(() => [0, 1, 2, 3]);
      const predictions = guesses.flatMap((guess) => [guess, 1, guess, 0]);
      const balanced = confusionMatrix(labels, predictions, 4);
      expect(balancedAccuracy(balanced)).toBeCloseTo(topOneAccuracy(balanced), 12);
    },
  );
});

suite("worstClassAccuracy", () => {
  test("is the least recall", () => {
    expect(worstClassAccuracy(confusion)).toBe(0);
  });
  test("leaves out a class without an example", () => {
    expect(worstClassAccuracy(withoutThird)).toBe(1 / 2);
  });
});

suite("gMean", () => {
  test("is the root of the product of the recalls", () => {
    expect(gMean(withoutThird)).toBeCloseTo(Math.sqrt((3 / 4) * (1 / 2)), 12);
  });
  test("is 0 as soon as one class is never recognised", () => {
    expect(gMean(confusion)).toBe(0);
  });
  test("does not underflow with 1,100 classes", () => {
    const half = Array.from({ length: 1100 }, (_, i) =>
      Array.from({ length: 1100 }, (_, j) => (j === i || j === (i + 1) % 1100 ? 1 : 0)),
    );
    expect(gMean(half)).toBeCloseTo(1 / 2, 12);
  });
});

suite("macroF1", () => {
  test("is the mean of 2 TP / (2 TP + FP + FN)", () => {
    expect(macroF1(confusion)).toBeCloseTo((6 / (6 + 2 + 1) + 2 / (2 + 1 + 1) + 0) / 3, 12);
  });
  test("leaves out a class without an example, and still counts the errors it makes", () => {
    expect(macroF1(withoutThird)).toBeCloseTo((6 / (6 + 1 + 1) + 2 / (2 + 0 + 1)) / 2, 12);
  });
});

suite("shotGroupAccuracy", () => {
  test("is the mean over the classes of each group", () => {
    expect(shotGroupAccuracy(confusion, ["many", "many", "few"])).toEqual({
      many: 5 / 8,
      medium: null,
      few: 0,
    });
  });
  test("is null where a group has classes but no examples", () => {
    expect(shotGroupAccuracy(withoutThird, ["many", "many", "few"]).few).toBeNull();
  });
  test("wants a group for each class", () => {
    expect(() => shotGroupAccuracy(confusion, ["many"])).toThrow(
      "shotGroupAccuracy: expected groups to be of 3 classes, got 1.",
    );
  });
});

test.for([topOneAccuracy, balancedAccuracy, worstClassAccuracy, gMean, macroF1] as const)(
  "$name wants at least one example",
  (metric) => {
    expect(() => metric(empty)).toThrow(
      `${metric.name}: expected confusion to count at least one example, got 0.`,
    );
  },
);
