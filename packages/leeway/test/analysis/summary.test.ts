import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { studentQuantile, summaryOf } from "../../src/analysis/index.ts";

suite("studentQuantile", () => {
  // Printed tables of Student's t have these, rounded to three places; the last is nearly the normal's 1.960.
  test.for([
    [1, 0.95, 12.706],
    [2, 0.95, 4.303],
    [3, 0.95, 3.182],
    [4, 0.99, 4.604],
    [9, 0.95, 2.262],
    [30, 0.9, 1.697],
    [1000, 0.95, 1.962],
  ] as const)("for %d degrees of freedom and %d is %d", ([degrees, confidence, t]) => {
    expect(studentQuantile(degrees, confidence)).toBeCloseTo(t, 3);
  });

  test("for one degree of freedom is Cauchy's, tan(π/2 · confidence)", () => {
    expect(studentQuantile(1, 0.8)).toBeCloseTo(Math.tan(0.4 * Math.PI), 8);
  });

  test("refuses what is out of range", () => {
    expect(() => studentQuantile(0, 0.95)).toThrow("studentQuantile: expected degrees");
    expect(() => studentQuantile(3, 1)).toThrow("studentQuantile: expected confidence");
  });
});

suite("summaryOf", () => {
  test("divides the squares by n - 1", () => {
    const { n, mean, deviation } = summaryOf([2, 4, 4, 4, 5, 5, 7, 9]);
    expect({ n, mean }).toEqual({ n: 8, mean: 5 });
    expect(deviation).toBeCloseTo(Math.sqrt(32 / 7), 12); // Σ (x - 5)² = 32
  });

  test("reaches t · deviation / √n to both sides", () => {
    const { interval } = summaryOf([23, 24]); // deviation √½, t = 12.7062
    expect(interval![0]).toBeCloseTo(23.5 - 12.7062 * 0.5, 3);
    expect(interval![1]).toBeCloseTo(23.5 + 12.7062 * 0.5, 3);
  });

  test("reaches further for numbers of test splits that overlap", () => {
    const { interval } = summaryOf([23, 24], { overlap: 0.5 }); // √(1/2 + 1/2)
    expect(interval![1]).toBeCloseTo(23.5 + 12.7062 * Math.SQRT1_2, 3);
  });

  test("says nothing of the spread of one number", () => {
    expect(summaryOf([7])).toEqual({ n: 1, mean: 7, deviation: null, interval: null });
  });

  test("moves and grows with its numbers", () => {
    const number = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 2, maxLength: 8 }), number, (values, shift) => {
        const plain = summaryOf(values);
        const moved = summaryOf(values.map((value) => 2 * value + shift));
        expect(moved.mean).toBeCloseTo(2 * plain.mean + shift, 8);
        expect(moved.deviation).toBeCloseTo(2 * plain.deviation!, 8);
      }),
    );
  });

  test("refuses no numbers, and one that is none", () => {
    expect(() => summaryOf([])).toThrow("summaryOf: expected values to hold at least one number");
    expect(() => summaryOf([1, NaN])).toThrow("summaryOf: expected values[1] to be finite, got NaN.");
  });
});
