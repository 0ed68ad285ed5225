import { describe as suite, expect, test } from "vitest";
import { profileCounts } from "../../src/imbalance/index.ts";
import {
  alphaChoices,
  calibratedProbabilities,
  classSet,
  countSets,
  examplesForAlpha,
  fitCalibration,
  fitClassSets,
  softmax,
  totalSets,
} from "../../src/metrics/index.ts";
import { isInSet } from "../../src/metrics/class-sets.ts";
import { betaBelow } from "../../src/metrics/clopper-pearson.ts";
import { random, type Random } from "../../src/random.ts";

/** Probabilities of two classes, those of class 0 given; every example is of class 0 unless labels say otherwise. */
const ofTwo = (shares: readonly number[]): Float32Array =>
  Float32Array.from(shares.flatMap((share) => [share, 1 - share]));

suite("fitClassSets", () => {
  test("takes the k-th lowest probability of each class, k = floor((n + 1) α)", () => {
    const shares = [0.9, 0.5, 0.7, 0.8, 0.6, 0.95, 0.85, 0.65, 0.75];
    const labels = shares.map(() => 0);
    const at = (alpha: number) => fitClassSets(ofTwo(shares), labels, { classes: 2, alpha });
    expect(at(0.1).thresholds).toEqual([0.5, 0]); // 10 · 0.1 = 1
    expect(at(0.19).thresholds[0]).toBe(0.5);
    expect(at(0.2).thresholds[0]).toBe(0.6);
    expect(at(0.5).thresholds[0]).toBe(0.75);
    expect(at(0.09)).toEqual({ alpha: 0.09, thresholds: [0, 0], examples: [9, 0] });
  });

  test("is the quantile of rank ceil((n + 1)(1 - α)) of the scores 1 - p", () => {
    const from = random(1, "rank");
    for (const n of [1, 9, 10, 37, 100]) {
      for (const alpha of [0.01, 0.05, 0.1, 0.25, 0.29]) {
        const shares = Array.from({ length: n }, () => Number(from.uniform().toPrecision(5)));
        const scores = shares.map((share) => 1 - share).sort((a, b) => a - b);
        // In hundredths: (n + 1)(1 - α) is a whole number that binary fractions miss.
        const rank = Math.ceil(((n + 1) * (100 - Math.round(100 * alpha))) / 100);
        const quantile = scores[rank - 1] ?? Infinity;
        const fit = fitClassSets(ofTwo(shares), new Uint8Array(n), { classes: 2, alpha });
        if (quantile === Infinity) expect(fit.thresholds[0]).toBe(0);
        else expect(fit.thresholds[0]).toBeCloseTo(1 - quantile, 6);
      }
    }
  });

  test.for([
    [9, 0.1],
    [19, 0.1],
    [99, 0.05],
    [150, 0.07],
  ] as const)("has the coverage Beta(n + 1 - k, k) with %i examples at α = %d", ([n, alpha]) => {
    const from = random(2, "beta", n);
    const repetitions = 2000;
    const k = Math.floor((n + 1) * alpha + 1e-9);
    const coverages = Array.from({ length: repetitions }, () => {
      // Uniform probabilities: the share of new ones that are at least t is 1 - t.
      const shares = Array.from({ length: n }, () => from.uniform());
      return 1 - fitClassSets(ofTwo(shares), new Uint8Array(n), { classes: 2, alpha }).thresholds[0]!;
    }).sort((a, b) => a - b);
    const distance = Math.max(
      ...coverages.map((coverage, i) => {
        const below = betaBelow(coverage, n + 1 - k, k);
        return Math.max(below - i / repetitions, (i + 1) / repetitions - below);
      }),
    );
    expect(distance).toBeLessThan(1.63 / Math.sqrt(repetitions)); // Kolmogorov and Smirnov, at 1 %
    const mean = coverages.reduce((sum, coverage) => sum + coverage, 0) / repetitions;
    expect(mean).toBeGreaterThan(1 - alpha - 3 * Math.sqrt((alpha * (1 - alpha)) / n / repetitions));
  });

  test.for([
    [2, 100],
    [10, 100],
  ] as const)(
    "covers each of %i long-tailed classes by 1 - α, one in %i rare, on fresh data",
    ([classes, ratio]) => {
      const [alpha, repetitions] = [0.1, 60];
      const counts = profileCounts("longtail", { classes, max: 1000, ratio });
      const log = counts.map((n) => Math.log(n));
      const fresh = counts.map(() => 400);
      const means = counts.map(() => 0);
      for (let repetition = 0; repetition < repetitions; repetition++) {
        const from = random(3, "coverage", classes, repetition);
        const held = mixture(counts, log, from);
        const sets = fitClassSets(held.probabilities, held.labels, { classes, alpha });
        const test = mixture(fresh, log, from);
        countSets(test.probabilities, test.labels, { sets }).forEach(({ covered, examples }, j) => {
          expect(covered / examples).toBeGreaterThan(1 - alpha - 2 / Math.sqrt(counts[j]!));
          means[j]! += covered / examples / repetitions;
        });
      }
      means.forEach((mean, j) => {
        const n = counts[j]!;
        // Between 1 - α and 1 - α + 1/(n + 1), give or take three standard errors of the mean.
        const error = 3 * Math.sqrt((alpha * (1 - alpha) * (1 / n + 1 / 400)) / repetitions);
        expect(mean).toBeGreaterThan(1 - alpha - error);
        expect(mean).toBeLessThan(1 - alpha + 1 / (n + 1) + error);
      });
    },
  );

  test("covers as often with probabilities that were calibrated on the same examples", () => {
    const [alpha, repetitions] = [0.1, 40];
    const counts = [176, 117, 70, 14, 13, 9];
    const classes = counts.length;
    const covered = counts.map(() => 0);
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const from = random(4, "calibrated", repetition);
      const [held, fresh] = [counts, counts.map(() => 200)].map((each) => overconfident(each, from));
      const calibration = fitCalibration(held!.logits, held!.labels, { counts });
      const of = ({ logits }: ReturnType<typeof overconfident>) =>
        calibratedProbabilities(logits, calibration, { classes });
      const sets = fitClassSets(of(held!), held!.labels, { classes, alpha });
      countSets(of(fresh!), fresh!.labels, { sets }).forEach((each, j) => (covered[j]! += each.covered));
    }
    counts.forEach((n, j) => {
      const error = 3 * Math.sqrt((alpha * (1 - alpha) * (1 / n + 1 / 200)) / repetitions);
      expect(covered[j]! / (200 * repetitions)).toBeGreaterThan(1 - alpha - error);
    });
  });

  test("keeps a class with too few examples in every set, and says how many it takes", () => {
    for (const alpha of [0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7]) {
      const needed = examplesForAlpha(alpha);
      const at = (n: number) =>
        fitClassSets(ofTwo(new Array<number>(n).fill(0.5)), new Uint8Array(n), { classes: 2, alpha });
      expect(at(needed).thresholds[0]).toBe(0.5);
      if (needed > 1) expect(at(needed - 1).thresholds[0]).toBe(0);
    }
    expect(examplesForAlpha(0.1)).toBe(9);
    expect(examplesForAlpha(0.01)).toBe(99);
  });

  test("rejects what is no α", () => {
    for (const alpha of [0, 1, -0.1, 10, NaN]) {
      expect(() => fitClassSets(ofTwo([0.5]), [0], { classes: 2, alpha })).toThrow(
        "fitClassSets: expected alpha to be above 0 and below 1",
      );
    }
  });
});

/** Classes N(d e_y, 1) in K dimensions and the posteriors that a network trained with the priors has. */
function mixture(
  counts: readonly number[],
  logPriors: readonly number[],
  from: Random,
): { readonly probabilities: Float32Array; readonly labels: readonly number[] } {
  const [classes, distance] = [counts.length, 2.5];
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - from.uniform())) * Math.cos(2 * Math.PI * from.uniform());
  const labels = counts.flatMap((n, j) => new Array<number>(n).fill(j));
  const logits = Float32Array.from({ length: labels.length * classes }, (_, at) => {
    const j = at % classes;
    const x = normal() + (j === labels[(at - j) / classes] ? distance : 0);
    return distance * x + logPriors[j]!;
  });
  return { probabilities: softmax(logits, classes), labels };
}

/** Classes as in {@link mixture}, as logits of thrice the confidence that they deserve. */
function overconfident(
  counts: readonly number[],
  from: Random,
): { readonly logits: Float32Array; readonly labels: readonly number[] } {
  const { probabilities, labels } = mixture(
    counts,
    counts.map(() => 0),
    from,
  );
  return { logits: probabilities.map((p) => 3 * Math.log(Math.max(p, 1e-30))), labels };
}

suite("classSet", () => {
  test("holds the classes whose probability is at least their threshold", () => {
    const sets = { thresholds: [0.6, 0.3, 0] };
    expect(classSet([0.6, 0.3, 0.1], sets)).toEqual([0, 1, 2]);
    expect(classSet([0.59, 0.2, 0.21], sets)).toEqual([2]);
    expect(classSet([0.5, 0.2, 0.3], { thresholds: [0.6, 0.3, 0.4] })).toEqual([]);
  });

  test("compares probabilities as predictions show them", () => {
    expect(isInSet(0.12345649, 0.123457)).toBe(false);
    expect(isInSet(0.12345651, 0.123457)).toBe(true);
    expect(isInSet(Math.fround(0.1), 0.1)).toBe(true);
    expect(isInSet(0.9999994, 1)).toBe(false);
    expect(isInSet(0.9999996, 1)).toBe(true);
    expect(isInSet(0, 0)).toBe(true);
  });
});

suite("countSets", () => {
  const sets = { thresholds: [0.6, 0.3] };
  const probabilities = ofTwo([0.9, 0.65, 0.2, 0.9]);
  const labels = [0, 1, 1, 1];

  test("counts each class's examples by what their sets hold", () => {
    const own = { examples: 1, covered: 1, decided: 1, right: 1, several: 0, none: 0, contradicted: 0 };
    const other = { ...own, examples: 3, covered: 2, decided: 2, several: 1 };
    const counts = countSets(probabilities, labels, { sets });
    expect(counts).toEqual([own, other]);
    expect(totalSets(counts)).toEqual({
      ...{ examples: 4, covered: 3, decided: 3, right: 2 },
      ...{ several: 1, none: 0, contradicted: 0 },
    });
  });

  test("decides for no class that another rule does not decide for", () => {
    const counts = countSets(probabilities, labels, { sets, decisions: [0, 1, 0, 0] });
    expect(totalSets(counts)).toMatchObject({ decided: 2, right: 1, several: 1, contradicted: 1 });
  });

  test("counts empty sets", () => {
    const [, count] = countSets(ofTwo([0.5]), [1], { sets: { thresholds: [0.6, 0.6] } });
    expect(count).toMatchObject({ covered: 0, decided: 0, none: 1 });
  });
});

suite("alphaChoices", () => {
  // Two classes whose probabilities overlap in a tenth of each.
  const n = 1000;
  const labels = Array.from({ length: 2 * n }, (_, i) => i % 2);
  const shares = labels.map((label, i) => {
    const rank = Math.floor(i / 2) / (n - 1); // 0 to 1
    return label === 0 ? 0.45 + 0.5 * rank : 0.55 - 0.5 * rank;
  });
  const probabilities = ofTwo(shares);
  const sets = fitClassSets(probabilities, labels, { classes: 2, alpha: 0.15 });
  const choices = alphaChoices(probabilities, labels, { sets });

  test("has the usual shares and the requested one, the largest first", () => {
    expect(choices.map(({ alpha }) => alpha)).toEqual([0.2, 0.15, 0.1, 0.05, 0.02, 0.01]);
  });

  test("abstains from the fewest where the share is that of the network's errors", () => {
    const at = (wanted: number) => choices.find(({ alpha }) => alpha === wanted)!; // one of them
    // p >= 0.5 errs on a tenth of each class: the thresholds meet there, and every set is one class.
    expect(at(0.1).abstained).toBeLessThan(0.005);
    expect(at(0.1).wrong).toBeCloseTo(0.1, 2);
    // Above, the tenth between the thresholds of 0.45 and 0.55 has no class; below, both.
    expect(at(0.2).abstained).toBeCloseTo(0.2, 2);
    expect(at(0.2).wrong).toBeLessThan(0.005);
    expect(at(0.05).abstained).toBeCloseTo(0.1, 2);
    expect(at(0.05).wrong).toBeCloseTo(0.05, 2);
  });

  test("counts the classes that are in every set", () => {
    const few = alphaChoices(ofTwo([0.9, 0.8, 0.1]), [0, 0, 1], {
      sets: { alpha: 0.4, thresholds: [0.8, 0], examples: [2, 1] },
    });
    expect(few.map(({ alpha, always }) => [alpha, always])).toEqual([
      [0.4, 1], // 3 · 0.4 and 2 · 0.4
      ...[0.2, 0.1, 0.05, 0.02, 0.01].map((alpha) => [alpha, 2]),
    ]);
  });
});
