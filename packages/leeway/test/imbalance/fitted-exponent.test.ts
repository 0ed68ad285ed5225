import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import { fittedConstant, fittedExponent, ldamMargins, marginConstant } from "../../src/imbalance/index.ts";

const unequalCounts = fc
  .array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 3, maxLength: 30 })
  .filter((counts) => new Set(counts).size > 1);

suite("fittedExponent", () => {
  property.prop([unequalCounts, fc.double({ min: 0, max: 1, noNaN: true })])(
    "finds the exponent and C that margins were made with, without an error",
    (counts, exponent) => {
      const law = fittedExponent(counts, ldamMargins(counts, { exponent }));
      // Counts that differ by one in a million leave few digits of the slope.
      expect(law.exponent).toBeCloseTo(exponent, 4);
      expect(law.standardError).toBeCloseTo(0, 4);
      expect(Math.log(law.constant / marginConstant(counts, { exponent }))).toBeCloseTo(0, 3);
    },
  );
  test("has the slope and the error of a line through three points", () => {
    // log n = 0, 1, 2 and log γ = 0, 0, -1: slope -1/2, residuals -1/6, 1/3, -1/6, squares 1/6, Σ(x-x̄)² = 2.
    const counts = [1, 10, 100];
    const margins = [1, 1, 1 / 10];
    const { exponent, standardError, constant } = fittedExponent(counts, margins);
    expect(exponent).toBeCloseTo(1 / 2, 12);
    expect(standardError).toBeCloseTo(Math.sqrt(1 / 6 / 2), 12);
    expect(Math.log10(constant)).toBeCloseTo(1 / 6, 12);
  });
  test("has no error for two classes", () => {
    expect(fittedExponent([1, 16], [1, 0.5])).toMatchObject({ exponent: 0.25, standardError: null });
  });
  test("is below 0 where rarer classes have narrower margins", () => {
    expect(fittedExponent([1, 16], [0.5, 1]).exponent).toBe(-0.25);
  });
  test("names what has no logarithm or no slope", () => {
    expect(() => fittedExponent([5, 6], [0.5, -1])).toThrow("expected margins[1] to be above 0, got -1.");
    expect(() => fittedExponent([5, 5], [0.5, 1])).toThrow("counts not to be all equal, got [5, 5].");
    expect(() => fittedExponent([5, 6], [1])).toThrow("margins to be of 2 classes");
  });
});

suite("fittedConstant", () => {
  property.prop([unequalCounts])("finds the C of LDAM's margins", (counts) => {
    expect(fittedConstant(counts, ldamMargins(counts)) / marginConstant(counts)).toBeCloseTo(1, 12);
  });
  test("is the geometric mean of γ_j n_j^p", () => {
    expect(fittedConstant([16, 81], [1, 1])).toBeCloseTo(Math.sqrt(2 * 3), 12);
  });
});
