import { describe as suite, expect, test } from "vitest";
import type { ClassDetection } from "../../../leeway/src/report/page/report-data.ts";
import { bestPoint, costOf, pointAt, testShare } from "../../src/report/numbers/operating-point.ts";

/** 10 of 100 are positive. */
const detection: ClassDetection = {
  ...{ label: 1, positives: 10, negatives: 90, averagePrecision: 0.5 },
  thresholds: [0.9, 0.5, 0.1],
  found: [4, 8, 10],
  falseAlarms: [0, 9, 60],
};

suite("pointAt", () => {
  test("is what was counted, where classes are as frequent as in the test split", () => {
    const point = pointAt(detection, 1, testShare(detection));
    expect(point.recall).toBe(8 / 10);
    expect(point.precision).toBeCloseTo(8 / 17, 12);
    expect(point.f1).toBeCloseTo((2 * 8) / (2 * 8 + 9 + 2), 12);
    expect(point.alerts).toBeCloseTo(170, 10);
    expect(point.missed).toBeCloseTo(20, 10);
    expect(point.falseAlarms).toBeCloseTo(90, 10);
  });

  test("has precision π R / (π R + (1 - π) F) at another share", () => {
    const { precision, recall } = pointAt(detection, 1, 0.01);
    expect(recall).toBe(0.8);
    expect(precision).toBeCloseTo((0.01 * 0.8) / (0.01 * 0.8 + 0.99 * 0.1), 12);
  });

  test("finds no false alarm where there are no others", () => {
    expect(pointAt({ ...detection, negatives: 0, falseAlarms: [0, 0, 0] }, 2, 0.5).falseAlarms).toBe(0);
  });
});

suite("bestPoint", () => {
  test("finds the lowest cost, and the highest F1", () => {
    const cost = (at: number): number => costOf(pointAt(detection, at, 0.1), { missed: 1, alarm: 1 }) / 10;
    expect([0, 1, 2].map((at) => Math.round(cost(at)))).toEqual([6, 11, 60]);
    const dear = { missed: 40, alarm: 1 };
    expect(bestPoint(detection, 0.1, (point) => -costOf(point, dear))).toBe(2);
    expect(bestPoint(detection, 0.1, (point) => -costOf(point, { missed: 1, alarm: 1 }))).toBe(0);
    expect(bestPoint(detection, 0.1, ({ f1 }) => f1)).toBe(1);
  });
});
