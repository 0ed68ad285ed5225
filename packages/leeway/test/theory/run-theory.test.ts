import { describe as suite, expect, test } from "vitest";
import { runTheory, type RunTheoryInput } from "../../src/theory/index.ts";
import { bestMargins } from "../../src/imbalance/index.ts";

const counts = [4, 2];
/** Ascending; their medians are 2 and 1. */
const byClass = [Float64Array.of(0.5, 2, 2, 3), Float64Array.of(1, 1)];
const question: RunTheoryInput = {
  counts,
  classNames: ["frequent", "rare"],
  measured: { byClass, maxLogit: 8, head: { weightNorm: 1, squaredFeatureNorms: [1, 1] } },
  ...{ exponent: 0.25, quantile: 0.5, complexity: 9, delta: 0.05 },
};

suite("runTheory", () => {
  test.for([0.25, 1 / 3, 0.4])("holds the medians against the nearest law of the exponent %f", (exponent) => {
    const { constant, classes } = runTheory({ ...question, exponent });
    // The geometric mean of 2 · 4^p and 1 · 2^p.
    expect(constant).toBeCloseTo(Math.sqrt(2 * 4 ** exponent * 2 ** exponent), 12);
    classes.forEach(({ law, count }) => {
      expect(law).toBeCloseTo(constant! * count ** -exponent, 12);
    });
  });
  test.for([0.25, 1 / 3, 0.4])("with two classes has the best margins of the exponent %f", (exponent) => {
    const { tradeOff } = runTheory({ ...question, exponent });
    expect(tradeOff!.best).toEqual(bestMargins(counts, 3, { exponent }));
  });
  test.for([0.05, 0.5])("gives Theorem 2 with probability 1 - δ, for a δ of %f", (delta) => {
    const { theoremTwo } = runTheory({ ...question, delta }).bounds[0]!;
    // max|f| = 8, and the margins are the medians: log₂(2 · 8 / 2) = 3 and log₂(2 · 8 / 1) = 4.
    [3, 4].forEach((doubled, j) => {
      const confidence = Math.sqrt((Math.log(doubled) + Math.log((2 * 2) / delta)) / counts[j]!);
      expect(theoremTwo.perClass[j]!.confidenceTerm).toBeCloseTo(confidence, 12);
    });
    expect(theoremTwo.perClass.map(({ marginLoss }) => marginLoss)).toEqual([1 / 4, 0]); // 0.5 < 2
  });
});
