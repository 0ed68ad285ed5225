import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import { expectedCalibrationError, softmax } from "../../src/metrics/index.ts";

suite("softmax", () => {
  test("gives e^z over their sum", () => {
    const [a, b] = softmax(Float32Array.of(Math.log(3), 0), 2) as unknown as [number, number];
    expect(a).toBeCloseTo(3 / 4, 6); // float32 keeps about seven digits
    expect(b).toBeCloseTo(1 / 4, 6);
  });
  test("multiplies by the scale first", () => {
    expect(softmax(Float32Array.of(0.5, -0.5), 2, { scale: 30 })).toEqual(
      softmax(Float32Array.of(15, -15), 2),
    );
  });
  test("stays finite for logits of 1,000", () => {
    expect([...softmax(Float32Array.of(1000, -1000), 2)]).toEqual([1, 0]);
  });
  const row = fc.float({ min: -100, max: 100, noNaN: true });
  property.prop([fc.array(fc.tuple(row, row, row))])("has rows with sum 1", (rows) => {
    const probabilities = softmax(Float32Array.from(rows.flat()), 3);
    rows.forEach((_, i) => {
      const sum = probabilities.subarray(3 * i, 3 * i + 3).reduce((total, p) => total + p, 0);
      expect(sum).toBeCloseTo(1, 6); // float32 keeps about seven digits
    });
  });
});

suite("expectedCalibrationError", () => {
  test("is 0 where three of four are right at confidence 3/4", () => {
    const probabilities = Float32Array.from([0, 1, 2, 3].flatMap(() => [3 / 4, 1 / 4]));
    expect(expectedCalibrationError(probabilities, [0, 0, 0, 1], { classes: 2 })).toBe(0);
  });
  test("is 1 where a certain model is always wrong", () => {
    expect(expectedCalibrationError(Float32Array.of(1, 0), [1], { classes: 2 })).toBe(1);
  });
  test("weighs each bin's gap by its examples", () => {
    // Bin of 3/4: two right of two, gap 1/4. Bin of 5/8: none right of one, gap 5/8.
    const probabilities = Float32Array.of(3 / 4, 1 / 4, 3 / 4, 1 / 4, 5 / 8, 3 / 8);
    const error = expectedCalibrationError(probabilities, [0, 0, 1], { classes: 2, bins: 10 });
    expect(error).toBeCloseTo((2 / 3) * (1 / 4) + (1 / 3) * (5 / 8), 12);
  });
  test("lets gaps cancel within a bin only", () => {
    const probabilities = Float32Array.of(5 / 8, 3 / 8, 7 / 8, 1 / 8);
    const labels = [0, 1]; // gaps 3/8 and -7/8
    expect(expectedCalibrationError(probabilities, labels, { classes: 2, bins: 1 })).toBeCloseTo(1 / 4, 12);
    expect(expectedCalibrationError(probabilities, labels, { classes: 2, bins: 8 })).toBeCloseTo(5 / 8, 12);
  });
  test("wants at least one bin", () => {
    expect(() => expectedCalibrationError(Float32Array.of(1, 0), [1], { classes: 2, bins: 0 })).toThrow(
      "expectedCalibrationError: expected bins to be a whole number of at least 1, got 0.",
    );
  });
});
