import { describe as suite, expect, test } from "vitest";
import { rankedPredictions } from "../../src/probes/index.ts";

const probabilities = Float32Array.from([0.9, 0.1, 0.5, 0.5, 0.9, 0.1, 0.2, 0.8]);

suite("rankedPredictions", () => {
  test("puts the least probable labels first, and examples without one last", () => {
    expect([...rankedPredictions("loss", probabilities, { classes: 2, labels: [1, 0, -1, 0] })]).toEqual([
      0, 3, 1, 2,
    ]);
  });
  test("puts the most uncertain first, and equals in their order", () => {
    expect([...rankedPredictions("uncertainty", probabilities, { classes: 2 })]).toEqual([1, 3, 0, 2]);
  });
});
