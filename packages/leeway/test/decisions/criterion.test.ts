import { describe as suite, expect, test } from "vitest";
import {
  chooseRule,
  type Criterion,
  positivesForConfidence,
  positivesToFind,
  tradeOff,
} from "../../src/decisions/index.ts";
import { clopperPearson } from "../../src/metrics/index.ts";

const labels = [1, 1, 0, 1, 0, 1, 0, 0, 0, 0];
const scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.2, 0.1];
const split = {
  probabilities: Float32Array.from(scores.flatMap((p) => [1 - p, p])),
  labels,
  classes: 2,
};
const chosen = (criterion: Criterion, given: Parameters<typeof chooseRule>[1] = split): unknown =>
  chooseRule({ criteria: [{ class: 1, criterion }] }, given, ["fine", "fraud"]);
const from = (threshold: number): unknown => ({ thresholds: [null, threshold] });

suite("chooseRule", () => {
  test("takes the highest threshold with a recall", () => {
    expect(chosen({ kind: "min-recall", share: 0.5, confident: false })).toEqual(from(0.8));
    expect(chosen({ kind: "min-recall", share: 0.51, confident: false })).toEqual(from(0.6));
    expect(chosen({ kind: "min-recall", share: 1, confident: false })).toEqual(from(0.4));
  });
  test("takes the lowest threshold with a precision", () => {
    expect(chosen({ kind: "min-precision", share: 2 / 3, confident: false })).toEqual(from(0.4)); // 4 of 6
    expect(chosen({ kind: "min-precision", share: 0.7, confident: false })).toEqual(from(0.6)); // 3 of 4
  });
  test("takes the highest F1", () => {
    expect(chosen({ kind: "best-f1" })).toEqual(from(0.4)); // 8 / 10; from 0.6 on 6 / 8
  });
  test("takes the lowest threshold that so many cases reach at most, all of one probability or none", () => {
    expect(chosen({ kind: "max-alerts", share: 0.35 })).toEqual(from(0.7));
    expect(chosen({ kind: "max-alerts", share: 0.8 })).toEqual(from(0.3)); // two share 0.2
  });
  test("counts examples by the class frequencies at use", () => {
    const rare = { ...split, classWeights: [1, 0.25] }; // 1 of 7 in place of 4 of 10
    expect(chosen({ kind: "min-precision", share: 0.5, confident: false }, rare)).toEqual(from(0.8));
    expect(chosen({ kind: "max-alerts", share: 0.1 }, rare)).toEqual(from(0.8)); // 0.5 of 7
  });
  test("says how many examples confidence takes, and the highest precision there is", () => {
    expect(() => chosen({ kind: "min-recall", share: 0.95, confident: true })).toThrow(
      'decide: expected at least 72 examples of the class in the validation split to be confident of a recall of 95 %, of "fraud", got 4.',
    );
    const inverted = { ...split, labels: labels.map((label) => 1 - label) };
    expect(() => chosen({ kind: "min-precision", share: 0.9, confident: false }, inverted)).toThrow(
      "got a highest precision of 60 %, 6 right of 10. Ask for less.",
    );
  });
});

suite("positivesToFind", () => {
  test("is the least whose interval of Clopper and Pearson lies above the share", () => {
    for (const [share, n] of [
      [0.9, 50],
      [0.8, 200],
      [0.95, 100],
    ] as const) {
      const k = positivesToFind(share, n, true)!;
      expect(clopperPearson(k, n)[0]).toBeGreaterThanOrEqual(share);
      expect(clopperPearson(k - 1, n)[0]).toBeLessThan(share);
    }
  });
  test("is none below the examples that finding all of them takes", () => {
    expect(positivesForConfidence(0.95)).toBe(72); // 0.95^72 = 0.0249
    expect(positivesToFind(0.95, 72, true)).toBe(72);
    expect(positivesToFind(0.95, 71, true)).toBeNull();
  });
});

suite("tradeOff", () => {
  test("has at most seven points, the chosen one and the best F1 among them, the highest threshold first", () => {
    const points = tradeOff(split, 1, { chosen: 0.2 });
    expect(points.map(({ threshold }) => threshold)).toEqual([0.8, 0.6, 0.4, 0.2]);
    expect(points[1]).toMatchObject({ recall: 0.75, precision: 0.75, alerts: 400, falseAlarms: 100 });
  });
  test("has the cost of 1,000 cases", () => {
    const costs = {
      costs: [
        [0, 1],
        [40, 0],
      ],
    };
    const [point] = tradeOff(split, 1, { chosen: null, costs });
    expect(point!.cost).toBe(8000); // two of ten missed
  });
});
