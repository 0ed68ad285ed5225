import { describe as suite, expect, test } from "vitest";
import { calibratedProbabilities, fitKind, withPrior } from "../../src/metrics/index.ts";
import { compareKinds } from "../../src/metrics/choose-calibration.ts";
import { random } from "../../src/random.ts";
import { normal } from "./drawn-mixture.ts";

/** Logits of two classes whose labels follow σ(bend(difference of the logits)). */
function drawn(
  bend: (z: number) => number,
  examples: number,
  seed = 0,
): { logits: Float32Array; labels: number[] } {
  const from = random(seed, "choice");
  const logits = new Float32Array(2 * examples);
  const labels = Array.from({ length: examples }, (_, i) => {
    const z = 2 * normal(from) - 1;
    logits[2 * i + 1] = z;
    return from.uniform() < 1 / (1 + Math.exp(-bend(z))) ? 1 : 0;
  });
  return { logits, labels };
}

const countsOf = (labels: readonly number[], classes = 2): number[] =>
  Array.from({ length: classes }, (_, j) => 10 * labels.filter((y) => y === j).length);

suite("fitKind", () => {
  test("keeps the temperature in most draws where nothing is bent, and where examples are few", () => {
    for (const examples of [60, 1000]) {
      const kinds = Array.from({ length: 10 }, (_, seed) => {
        const data = drawn((z) => 0.5 * z, examples, seed);
        return fitKind(data, { counts: countsOf(data.labels), kind: "auto" }).kind;
      });
      // One standard error is passed by chance in one of six, either way.
      expect(kinds.filter((kind) => kind === undefined).length).toBeGreaterThanOrEqual(7);
    }
  });

  test("chooses a curve for logits that only a curve mends, and says how good each kind was", () => {
    const data = drawn((z) => (z > 0 ? 4 * z : 0.1 * z) - 1, 4000);
    const fit = fitKind(data, { counts: countsOf(data.labels), kind: "auto" });
    expect(fit.kind).toMatch(/beta|isotonic/);
    expect(fit.compared!.map(({ kind }) => kind)).toEqual(["temperature", "beta", "isotonic"]);
    const [temperature] = fit.compared!;
    expect(temperature!.behind).toBeGreaterThan(temperature!.standardError);
  });

  test("compares nothing where a class has fewer than five examples", () => {
    const data = drawn((z) => z - 6, 300);
    data.labels.fill(0).splice(0, 4, 1, 1, 1, 1);
    expect(compareKinds(data, { counts: [2960, 40] })).toEqual([]);
    expect(fitKind(data, { counts: [2960, 40], kind: "auto" }).compared).toBeUndefined();
  });

  test.for(["platt", "beta", "isotonic"] as const)(
    "of %s has the frequencies of the training data, and ranks as the logits do",
    (kind) => {
      const data = drawn((z) => 0.7 * z + 0.3 * Math.abs(z), 1500);
      const counts = [9000, 1000];
      const fit = fitKind(data, { counts, kind });
      const p = calibratedProbabilities(data.logits, fit, { classes: 2 });
      const weights = data.labels.map(
        (y) => counts[y]! / data.labels.filter((each) => each === y).length / 1e4,
      );
      const mean = weights.reduce((sum, weight, i) => sum + weight * p[2 * i + 1]!, 0);
      expect(mean).toBeCloseTo(1001 / 10002, 3);
      const order = data.labels
        .map((_, i) => i)
        .sort((a, b) => data.logits[2 * a + 1]! - data.logits[2 * b + 1]!);
      order.slice(1).forEach((i, at) => {
        expect(p[2 * i + 1]!).toBeGreaterThanOrEqual(p[2 * order[at]! + 1]! - 1e-6);
      });
    },
  );

  test.for(["platt", "beta", "isotonic"] as const)("of %s takes another prior onto its odds", (kind) => {
    const data = drawn((z) => z, 500);
    const counts = countsOf(data.labels);
    const fit = fitKind(data, { counts, kind });
    const own = calibratedProbabilities(data.logits, fit, { classes: 2 });
    const total = counts[0]! + counts[1]! + 2;
    const prior = [(counts[0]! + 1) / total, (3 * (counts[1]! + 1)) / total];
    const tripled = withPrior(data.logits, fit, { prior, counts });
    const odds = (p: Float32Array): number => p[1]! / p[0]!;
    expect(odds(tripled) / odds(own)).toBeCloseTo(3, 3);
  });

  test("bends each of many classes by a curve of its own, and rows sum to 1", () => {
    const from = random(5, "many");
    const labels = Array.from({ length: 900 }, () => from.below(3));
    const logits = Float32Array.from(
      { length: 2700 },
      (_, at) => 2 * normal(from) + (at % 3 === labels[Math.floor(at / 3)] ? 2 : 0),
    );
    const counts = countsOf(labels, 3);
    const fit = fitKind({ logits, labels }, { counts, kind: "beta" });
    expect(fit.curves).toHaveLength(3);
    const p = calibratedProbabilities(logits, fit, { classes: 3 });
    for (let i = 0; i < 900; i += 90) expect(p[3 * i]! + p[3 * i + 1]! + p[3 * i + 2]!).toBeCloseTo(1, 5);
    const own = labels.map((_, i) => p[3 * i]!).reduce((sum, each) => sum + each, 0) / 900;
    expect(own).toBeCloseTo(counts[0]! / 9000, 2);
  });
});
