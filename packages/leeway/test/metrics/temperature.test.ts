import { describe as suite, expect, test } from "vitest";
import { classPriors, profileCounts } from "../../src/imbalance/index.ts";
import { random } from "../../src/random.ts";
import { calibratedProbabilities, fitCalibration, softmax, withPrior } from "../../src/metrics/index.ts";
import { shownProbability } from "../../src/metrics/index.ts";
import { goldenSection } from "../../src/metrics/temperature.ts";

/** Logits of two classes whose labels are drawn from softmax(z / T). */
function drawn(temperature: number, examples = 4000): { logits: Float32Array; labels: number[] } {
  const from = random(1, "temperature");
  const logits = Float32Array.from({ length: 2 * examples }, () => 6 * from.uniform() - 3);
  const labels = Array.from({ length: examples }, (_, i) => {
    const p = 1 / (1 + Math.exp((logits[2 * i]! - logits[2 * i + 1]!) / temperature)); // of class 1
    return from.uniform() < p ? 1 : 0;
  });
  return { logits, labels };
}

suite("fitCalibration", () => {
  for (const temperature of [0.5, 1, 3]) {
    test(`finds the temperature ${temperature} that labels were drawn with`, () => {
      const { logits, labels } = drawn(temperature);
      const fit = fitCalibration(logits, labels, { counts: [1, 1] });
      expect(Math.abs(Math.log(fit.temperature / temperature))).toBeLessThan(0.1); // 4000 draws: about 5 %
    });
  }

  test.for([
    [10, 1200],
    [100, 1000],
    [200, 2000],
  ] as const)(
    "finds 1 for calibrated logits of %i long-tailed classes, from %i examples",
    ([classes, examples]) => {
      const from = random(1, "long tail");
      const counts = profileCounts("longtail", { classes, max: 500, ratio: 100 });
      const priors = classPriors(counts);
      const normal = (): number =>
        Math.sqrt(-2 * Math.log(1 - from.uniform())) * Math.cos(2 * Math.PI * from.uniform());
      // Class y is drawn by its prior, and x from N(d e_y, 1): log π_j + d x_j are the logits of its posterior.
      const distance = 3.5;
      const labels = Array.from({ length: examples }, () => {
        let rest = from.uniform();
        return Math.min(classes - 1, priors.findIndex((share) => (rest -= share) < 0) >>> 0);
      });
      const logits = Float32Array.from({ length: examples * classes }, (_, at) => {
        const j = at % classes;
        const x = normal() + (j === labels[(at - j) / classes] ? distance : 0);
        return distance * x + Math.log(priors[j]!);
      });
      const { temperature } = fitCalibration(logits, labels, { counts });
      expect(Math.abs(Math.log(temperature))).toBeLessThan(0.2);
    },
  );

  test("takes the loss's scale into account", () => {
    const { logits, labels } = drawn(1);
    const small = logits.map((z) => z / 30);
    const fit = fitCalibration(small, labels, { counts: [1, 1], scale: 30 });
    expect(Math.abs(Math.log(fit.temperature))).toBeLessThan(0.1);
  });

  test("finds offsets that give the examples' own frequencies", () => {
    const { logits, labels } = drawn(1);
    const moved = logits.map((z, i) => (i % 2 === 1 ? z + 1 : z)); // as a method that re-balances moves class 1
    const counts = [labels.filter((y) => y === 0).length, labels.filter((y) => y === 1).length];
    const { temperature, offsets } = fitCalibration(moved, labels, { counts });
    const p = withPrior(moved, { temperature, offsets }, { prior: counts, counts });
    const mean = p.reduce((sum, each, i) => sum + (i % 2 === 1 ? each : 0), 0) / labels.length;
    expect(mean).toBeCloseTo(counts[1]! / labels.length, 3);
  });

  test("finds the temperature of logits that a method has moved, and by how much it has", () => {
    const { logits, labels } = drawn(3);
    const moved = logits.map((z, i) => (i % 2 === 1 ? z + 6 : z)); // 6 / 3 in units of probabilities
    const counts = [labels.filter((y) => y === 0).length, labels.filter((y) => y === 1).length];
    const { temperature, offsets } = fitCalibration(moved, labels, { counts });
    expect(Math.abs(Math.log(temperature / 3))).toBeLessThan(0.1);
    expect(offsets[0]! - offsets[1]!).toBeCloseTo(2, 0);
  });

  test("aims at the training frequencies, whatever a small split makes of them", () => {
    const { logits } = drawn(1, 1000);
    const labels = Array.from({ length: 1000 }, (_, i) => (i === 0 ? 1 : 0)); // one where 0.33 were due
    const counts = [9000, 3];
    const p = withPrior(logits, fitCalibration(logits, labels, { counts }), { prior: counts, counts });
    const mean = p.reduce((sum, each, i) => sum + (i % 2 === 1 ? each : 0), 0) / 1000;
    expect(mean / (3 / 9003)).toBeCloseTo(1, 2);
  });

  test("gives the training frequencies from examples of other ones", () => {
    const { logits, labels } = drawn(1);
    const counts = [labels.filter((y) => y === 0).length, labels.filter((y) => y === 1).length];
    const whole = fitCalibration(logits, labels, { counts });
    // Of class 0 every fourth example is left: the split is three quarters of class 1.
    const kept = labels.flatMap((y, i) => (y === 1 || i % 4 === 0 ? [i] : []));
    const fit = fitCalibration(
      Float32Array.from(kept.flatMap((i) => [logits[2 * i]!, logits[2 * i + 1]!])),
      kept.map((i) => labels[i]!),
      { counts },
    );
    const rare = ({ offsets }: { readonly offsets: readonly number[] }): number => offsets[1]! - offsets[0]!;
    expect(rare(fit)).toBeCloseTo(rare(whole), 0); // by frequencies alone log 4 = 1.4 would be between them
    expect(Math.abs(rare(fit))).toBeLessThan(0.3);
  });

  test("leaves doubt where every example is right", () => {
    const logits = Float32Array.from({ length: 40 }, (_, i) => (i % 4 === 0 || i % 4 === 3 ? 2 : -2));
    const labels = Array.from({ length: 20 }, (_, i) => i % 2);
    const { temperature } = fitCalibration(logits, labels, { counts: [1, 1] });
    // The target is 21/22, so that 4 / T = log 21.
    expect(temperature).toBeCloseTo(4 / Math.log(21), 3);
  });

  test("refuses labels that are no class", () => {
    expect(() => fitCalibration(Float32Array.of(1, 2), [2], { counts: [1, 1] })).toThrow("labels[0]");
  });
});

suite("calibratedProbabilities", () => {
  test("are softmax(s · z / T + b)", () => {
    const logits = Float32Array.of(0, 1);
    const fit = { temperature: 2, offsets: [1, 0], prior: "training" } as const;
    const [p0, p1] = calibratedProbabilities(logits, fit, { classes: 2, scale: 4 });
    expect(p1! / p0!).toBeCloseTo(Math.exp((4 * 1) / 2 - 1), 5);
  });
  test("leave the offsets of an older record to those who name a prior", () => {
    const logits = Float32Array.of(0, 1);
    const fit = { temperature: 2, offsets: [1, 0] };
    expect(calibratedProbabilities(logits, fit, { classes: 2 })).toEqual(
      softmax(logits, 2, { scale: 1 / 2 }),
    );
  });
  test("are those of the softmax where nothing was fitted", () => {
    const logits = Float32Array.of(0, 1);
    expect(calibratedProbabilities(logits, null, { classes: 2, scale: 4 })).toEqual(
      softmax(logits, 2, { scale: 4 }),
    );
  });
});

suite("shownProbability", () => {
  test("keeps six significant digits, also of a small one", () => {
    expect(shownProbability(0.123456789)).toBe(0.123457);
    expect(shownProbability(1.23456789e-9)).toBe(1.23457e-9);
  });
});

suite("withPrior", () => {
  test("multiplies the odds by the ratio of the priors", () => {
    const logits = Float32Array.of(0, Math.log(3)); // odds 3 to 1
    const fit = { temperature: 1, offsets: [0, 0] };
    const [p0, p1] = withPrior(logits, fit, { prior: [9, 1], counts: [1, 1] });
    expect(p1! / p0!).toBeCloseTo(1 / 3, 5); // 3 · 1/9
    expect([...withPrior(logits, fit, { prior: [1, 1], counts: [5, 5] })]).toEqual([...softmax(logits, 2)]);
  });

  test("refuses a prior that leaves a class out", () => {
    const fit = { temperature: 1, offsets: [0, 0] };
    expect(() => withPrior(Float32Array.of(1, 2), fit, { prior: [1, 0], counts: [1, 1] })).toThrow(
      "prior to be 2 numbers above 0",
    );
  });
});

suite("goldenSection", () => {
  test("finds the bottom of a valley, also at an edge", () => {
    expect(goldenSection((x) => (x - 1.5) ** 2, -4, 4)).toBeCloseTo(1.5, 3);
    expect(goldenSection((x) => x, 0, 1)).toBeCloseTo(0, 3);
  });
});
