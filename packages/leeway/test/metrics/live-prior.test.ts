import { describe as suite, expect, test } from "vitest";
import { calibratedProbabilities, estimatePrior, fitCalibration } from "../../src/metrics/index.ts";
import { random } from "../../src/random.ts";
import { drawnMixture, normal } from "./drawn-mixture.ts";

const prior = [20 / 21, 1 / 21];

/** Estimates of `repetitions` inputs of 2,000 rows, of which a share is of class 1. */
const estimates = (share: number, repetitions = 60): ReturnType<typeof estimatePrior>[] =>
  Array.from({ length: repetitions }, (_, seed) => {
    const { probabilities } = drawnMixture({ examples: 2000, share, prior: prior[1]!, seed });
    return estimatePrior(probabilities, { prior });
  });

suite("estimatePrior", () => {
  test("finds 1 : 5 where the training data had 1 : 20, within 10 %, with intervals that hold", () => {
    const truth = 1 / 6;
    const all = estimates(truth);
    const errors = all.map((each) => Math.abs(each.prior[1]! / truth - 1)).sort((a, b) => a - b);
    expect(errors[30]).toBeLessThan(0.06); // the draw of the rows alone: 333 of 2,000, ± 5 %
    expect(errors[45]).toBeLessThan(0.1);
    const covered = all.filter(({ intervals: [, [low, high] = [1, 0]] }) => low <= truth && truth <= high);
    expect(covered.length).toBeGreaterThanOrEqual(53); // 57 of 60 expected; fewer than 53 would come once in 60
    expect(all.every(({ drift }) => drift.found)).toBe(true);
    expect(all.every(({ intervals: [, [low, high] = [0, 1]] }) => high - low < 0.06)).toBe(true);
  });

  test("finds no drift where there is none, but for about 1 in 100", () => {
    const found = estimates(prior[1]!, 40).filter(({ drift }) => drift.found);
    expect(found.length).toBeLessThanOrEqual(3);
  });

  test("counts the doubt of a calibration that was fitted on 500 examples", () => {
    const [truth, examples] = [1 / 6, 500];
    const estimated = Array.from({ length: 40 }, (_, seed) => {
      const known = drawnMixture({ examples, share: prior[1]!, prior: prior[1]!, seed: 1000 + seed });
      const live = drawnMixture({ examples: 2000, share: truth, prior: prior[1]!, seed });
      const logits = (of: Float32Array): Float32Array => of.map((p) => Math.log(Math.max(p, 1e-30)));
      const counts = [20_000, 1000];
      const fit = fitCalibration(logits(known.probabilities), known.labels, { counts });
      const p = calibratedProbabilities(logits(live.probabilities), fit, { classes: 2 });
      return estimatePrior(p, { prior, calibratedOn: examples }).intervals[1]!;
    });
    const covered = estimated.filter(([low, high]) => low <= truth && truth <= high);
    expect(covered.length).toBeGreaterThanOrEqual(34); // 38 of 40 expected; 28 as if probabilities were exact
  });

  test("finds the frequencies of many classes, and names those that have changed", () => {
    const from = random(3, "five classes");
    const classes = 5;
    const training = [0.5, 0.25, 0.15, 0.07, 0.03];
    const live = [0.5, 0.25, 0.05, 0.07, 0.13];
    const distance = 3.5;
    const probabilities = new Float32Array(4000 * classes);
    for (let i = 0; i < 4000; i++) {
      let rest = from.uniform();
      const label = Math.max(
        0,
        live.findIndex((share) => (rest -= share) < 0),
      );
      const odds = training.map((share, j) => {
        const x = normal(from) + (j === label ? distance : 0);
        return share * Math.exp(distance * x);
      });
      const sum = odds.reduce((total, each) => total + each, 0);
      probabilities.set(
        odds.map((each) => each / sum),
        i * classes,
      );
    }
    const estimate = estimatePrior(probabilities, { prior: training });
    estimate.prior.forEach((share, j) => {
      expect(Math.abs(share / live[j]! - 1)).toBeLessThan(0.15);
    });
    expect(estimate.drift.classes).toEqual([2, 4]);
  });

  test("gives a class that is not there a small share above 0", () => {
    const { probabilities } = drawnMixture({
      examples: 2000,
      share: 0,
      prior: prior[1]!,
      distance: 4,
      seed: 0,
    });
    const { prior: found } = estimatePrior(probabilities, { prior });
    expect(found[1]).toBeGreaterThan(0);
    expect(found[1]).toBeLessThan(0.005);
  });

  test("reads a part of many examples, and refuses few", () => {
    const { probabilities } = drawnMixture({ examples: 210_000, share: 0.1, prior: prior[1]!, seed: 0 });
    const estimate = estimatePrior(probabilities, { prior });
    expect(estimate.examples).toBe(105_000);
    expect(Math.abs(estimate.prior[1]! / 0.1 - 1)).toBeLessThan(0.03);
    expect(() => estimatePrior(probabilities.subarray(0, 98), { prior })).toThrow(
      "expected probabilities to be of at least 50 examples, which tell frequencies, got 49",
    );
  });
});
