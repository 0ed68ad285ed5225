import { describe as suite, expect, test } from "vitest";
import { metricsOf, softmax } from "../../src/metrics/index.ts";

/** One logit of 1 at each example's prediction, 0 elsewhere. */
const oneHot = (predictions: readonly number[], classes: number): Float32Array =>
  Float32Array.from(
    predictions.flatMap((top) => Array.from({ length: classes }, (_, j) => (j === top ? 1 : 0))),
  );

suite("metricsOf", () => {
  test("reports every metric of the design", () => {
    const metrics = metricsOf({
      scores: oneHot([0, 0, 1, 0], 2),
      labels: [0, 0, 1, 1],
      classes: 2,
      trainCounts: [500, 5],
    });
    const certain = softmax(Float32Array.of(1, 0), 2)[0]!;
    expect(metrics).toEqual({
      topOne: 3 / 4,
      topFive: null,
      balancedAccuracy: 3 / 4,
      worstClass: 1 / 2,
      gMean: expect.closeTo(Math.SQRT1_2, 12) as number,
      macroF1: (4 / 5 + 2 / 3) / 2,
      expectedCalibrationError: expect.closeTo(3 / 4 - certain, 12) as number,
      perClass: [1, 1 / 2],
      shotGroups: { many: 1, medium: null, few: 1 / 2 },
    });
  });
  test("judges nothing over classes where the split has one alone", () => {
    const metrics = metricsOf({
      scores: oneHot([0, 2], 3),
      labels: [0, 0],
      classes: 3,
      trainCounts: [9, 9, 900],
    });
    expect(metrics).toMatchObject({
      ...{ balancedAccuracy: null, worstClass: null, gMean: null, macroF1: null },
      perClass: [1 / 2, null, null],
      shotGroups: { many: null, medium: null, few: 1 / 2 },
    });
    expect(JSON.stringify(metrics)).not.toContain("NaN");
  });
  test("has a top-5 accuracy for more than five classes", () => {
    const labels = [0, 1, 2, 3, 4, 5];
    const scores = oneHot([5, 5, 5, 5, 5, 5], 6); // ties in label order: 5, 0, 1, 2, 3 are the best five
    expect(metricsOf({ scores, labels, classes: 6, trainCounts: labels }).topFive).toBe(5 / 6);
  });
  test("scales the logits for calibration alone", () => {
    const given = { scores: oneHot([0, 1], 2), labels: [0, 1], classes: 2, trainCounts: [1, 1] };
    const { expectedCalibrationError, ...rest } = metricsOf({ ...given, scale: 30 });
    expect(expectedCalibrationError).toBeLessThan(1e-6);
    expect(metricsOf(given)).toMatchObject(rest);
  });
  test("adds the confusion matrix where asked", () => {
    const given = { scores: oneHot([0, 0], 2), labels: [0, 1], classes: 2, trainCounts: [1, 1] };
    expect(metricsOf({ ...given, withConfusion: true }).confusion).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });
  test("measures calibration by other probabilities than the softmax of the scores, and decides by the scores", () => {
    const given = { scores: oneHot([1, 0], 2), labels: [1, 0], classes: 2, trainCounts: [9, 1] };
    const probabilities = Float32Array.of(0.75, 0.25, 1, 0); // both most probably of class 0
    const metrics = metricsOf({ ...given, probabilities, withConfusion: true });
    expect(metrics).toMatchObject({ topOne: 1, meanProbability: [7 / 8, 1 / 8] });
    expect(metrics.expectedCalibrationError).toBeCloseTo(3 / 4 / 2, 12); // wrong at 3/4, right at 1
  });
  test("has the thresholds of the rarer class's curve as probabilities with six digits", () => {
    const probabilities = Float32Array.of(0.9, 0.1, 0.7, 0.3, 0.8, 1 / 5);
    const { detection } = metricsOf({
      ...{ scores: probabilities, probabilities, labels: [0, 1, 1], classes: 2, trainCounts: [9, 1] },
      withConfusion: true,
    });
    expect(detection).toMatchObject({ positive: 1, averagePrecision: 1, thresholds: "probability" });
    expect(detection!.curve).toEqual([
      { recall: 1 / 2, precision: 1, threshold: 0.3 },
      { recall: 1, precision: 1, threshold: 0.2 },
    ]);
  });
  test("wants train counts of every class", () => {
    expect(() => metricsOf({ scores: oneHot([0], 2), labels: [0], classes: 2, trainCounts: [1] })).toThrow(
      "metricsOf: expected trainCounts to be of 2 classes, got 1.",
    );
  });
});
