import { describe as suite, expect, test } from "vitest";
import { topClasses, withPrior } from "../../../leeway/src/metrics/index.ts";
import { codedScores, decodedScores } from "../../../leeway/src/report/page/coded-scores.ts";
import { outcomeAt, priorWithShare } from "../../src/report/numbers/priors.ts";
import { simulatedScores } from "../simulated/scores.ts";

suite("outcomeAt", () => {
  const counts = [400, 90, 20, 5];
  const { calibrated, labels, prior } = simulatedScores({
    ...{ seed: 3, counts, tests: [50, 40, 30, 30], strength: 4, bias: 0.4 },
  });
  const scores = { logProbabilities: calibrated.map(Math.log), classes: null, labels, prior: [...prior] };

  test("predicts as withPrior does of the same scores", () => {
    for (const moved of [
      [0.25, 0.25, 0.25, 0.25],
      [0.9, 0.05, 0.04, 0.01],
      [0.01, 0.01, 0.08, 0.9],
    ]) {
      const calibration = { temperature: 1, offsets: [0, 0, 0, 0], prior: "training" as const };
      const expected = topClasses(
        withPrior(scores.logProbabilities, calibration, { prior: moved, counts }),
        4,
      );
      const right = [0, 1, 2, 3].map((j) => labels.filter((y, i) => y === j && expected[i] === j).length);
      const recalls = right.map((count, j) => count / [50, 40, 30, 30][j]!);
      const outcome = outcomeAt(scores, moved);
      expect([...outcome.recalls]).toEqual(recalls);
      expect(outcome.accuracy).toBeCloseTo(
        recalls.reduce((sum, recall, j) => sum + moved[j]! * recall, 0),
        12,
      );
      expect(outcome.balancedAccuracy).toBeCloseTo(recalls.reduce((sum, recall) => sum + recall, 0) / 4, 12);
    }
  });

  test("is counted plainly where cases are as in the test split", () => {
    const shares = [50, 40, 30, 30].map((size) => size / 150);
    const outcome = outcomeAt(scores, shares);
    expect(outcome.predicted.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    const found = outcome.recalls[2]! * 30;
    expect(outcome.precisions[2]).toBeCloseTo(found / (outcome.predicted[2]! * 150), 12);
  });

  test("predicts by the likeliest classes alone as by all, but for a class beyond them", () => {
    const classes = counts.length;
    const { codes, classes: likeliest } = codedScores(calibrated, { classes, kept: 3 });
    const few = { ...scores, logProbabilities: decodedScores(codes), classes: likeliest! };
    for (const moved of [
      [0.25, 0.25, 0.25, 0.25],
      [0.6, 0.2, 0.1, 0.1],
    ]) {
      const [some, all] = [outcomeAt(few, moved), outcomeAt(scores, moved)];
      expect(Math.abs(some.balancedAccuracy - all.balancedAccuracy)).toBeLessThan(0.02);
    }
    const own = [...labels.keys()].filter((i) => !likeliest!.subarray(3 * i, 3 * i + 3).includes(labels[i]!));
    expect(own.length).toBeGreaterThan(0);
    const only = outcomeAt(few, [1e-9, 1e-9, 1e-9, 1]);
    const beyond = own.filter((i) => labels[i] === 3).length;
    expect(only.recalls[3]).toBeCloseTo(1 - beyond / 30, 12);
  });

  test("leaves a class without a test example out", () => {
    const without = {
      ...scores,
      logProbabilities: scores.logProbabilities.slice(0, 4),
      labels: Uint16Array.of(0),
    };
    const outcome = outcomeAt(without, [1, 0, 0, 0]);
    expect(outcome.recalls[1]).toBeNaN();
    expect(outcome.balancedAccuracy).toBe(outcome.recalls[0]);
  });
});

suite("priorWithShare", () => {
  test("keeps ratios inside and outside", () => {
    expect(priorWithShare([0.5, 0.3, 0.2], new Set([1, 2]), 0.8).map((share) => share.toFixed(6))).toEqual(
      [0.2, 0.48, 0.32].map((share) => share.toFixed(6)),
    );
  });

  test("shares equally between classes that had nothing", () => {
    expect(priorWithShare([1, 0, 0], new Set([1, 2]), 0.4)).toEqual([0.6, 0.2, 0.2]);
  });
});
