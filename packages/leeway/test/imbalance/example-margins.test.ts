import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import {
  exampleMargins,
  marginLoss,
  marginQuantile,
  marginsByClass,
  summarizeMargins,
} from "../../src/imbalance/index.ts";

const someMargins = fc
  .array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 60 })
  .map((margins) => Float64Array.from(margins).sort());
const aShare = fc.double({ min: 0, max: 0.999, noNaN: true });

suite("exampleMargins", () => {
  test("is the own logit less the largest other", () => {
    const logits = [3, 1, 2, /**/ 0, 5, 1, /**/ 1, 2, 4, /**/ 2, 2, -7];
    const margins = exampleMargins(logits, [0, 1, 0, 0], 3);
    expect([...margins]).toEqual([3 - 2, 5 - 1, 1 - 4, 2 - 2]);
    expect(marginsByClass(margins, [0, 1, 0, 0], 3)).toEqual([
      Float64Array.of(1 - 4, 2 - 2, 3 - 2),
      Float64Array.of(5 - 1),
      Float64Array.of(),
    ]);
  });
  test("refuses a label that is no class, and logits of another size", () => {
    expect(() => exampleMargins([1, 2], [2], 2)).toThrow(
      "labels[0] to be a whole number from 0 to 1, got 2.",
    );
    expect(() => exampleMargins([1, 2, 3], [0], 2)).toThrow("logits to be 1 x 2 values, got 3.");
  });
});

suite("marginQuantile", () => {
  property.prop([someMargins])("is the minimum for a share of 0", (margins) => {
    expect(marginQuantile(margins, 0)).toBe(margins[0]);
  });
  property.prop([someMargins, aShare])("has at most that share below it", (margins, share) => {
    expect(marginLoss(margins, marginQuantile(margins, share))).toBeLessThanOrEqual(share);
  });
  test("refuses no margins and a share of 1", () => {
    expect(() => marginQuantile(Float64Array.of(), 0)).toThrow("margins to be at least one, got 0.");
    expect(() => marginQuantile(Float64Array.of(1), 1)).toThrow("share to be in [0, 1), got 1.");
  });
});

suite("marginLoss", () => {
  test("counts the margins below γ, and not those at it", () => {
    const margins = Float64Array.of(-1, 0, 0.5, 0.5);
    expect([-2, 0, 0.5, 1].map((gamma) => marginLoss(margins, gamma))).toEqual([0, 1 / 4, 2 / 4, 1]);
  });
});

suite("summarizeMargins", () => {
  test("tells minimum, 1 % quantile, median, mean and the share below 0", () => {
    const margins = Float64Array.from({ length: 200 }, (_, i) => (i - 20) / 10);
    expect(summarizeMargins(margins)).toEqual({
      minimum: -2,
      lowest: -1.8,
      median: 8,
      mean: expect.closeTo((199 / 2 - 20) / 10, 12) as number,
      belowZero: 20 / 200,
    });
  });
});
