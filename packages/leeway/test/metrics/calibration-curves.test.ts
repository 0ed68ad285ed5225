import { describe as suite, expect, test } from "vitest";
import {
  type CalibrationCurve,
  curveAt,
  type CurveExamples,
  fitCurve,
  logOddsOf,
} from "../../src/metrics/calibration-curves.ts";
import { random } from "../../src/random.ts";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Examples whose labels are drawn from σ(curve(ℓ)), ℓ even in [-4, 4]. */
function drawn(curve: CalibrationCurve, examples = 4000): CurveExamples {
  const from = random(2, "curve");
  const logOdds = Float64Array.from({ length: examples }, () => 8 * from.uniform() - 4);
  const targets = logOdds.map((x) => (from.uniform() < sigmoid(curveAt(curve, x)) ? 1 : 0));
  return { logOdds, targets, weights: new Float64Array(examples).fill(1) };
}

/** The largest gap of two curves as probabilities. */
const gap = (a: CalibrationCurve, b: CalibrationCurve): number =>
  Math.max(
    ...Array.from({ length: 71 }, (_, i) => i / 10 - 3.5).map((x) =>
      Math.abs(sigmoid(curveAt(a, x)) - sigmoid(curveAt(b, x))),
    ),
  );

suite("fitCurve", () => {
  test("finds Platt's line that labels were drawn with", () => {
    const truth: CalibrationCurve = { beta: [0.5, 0.5, -1] };
    expect(gap(fitCurve("platt", drawn(truth)), truth)).toBeLessThan(0.04);
  });

  test("finds a beta curve, which Platt's line cannot follow", () => {
    const truth: CalibrationCurve = { beta: [0.2, 2, 1] };
    const examples = drawn(truth);
    expect(gap(fitCurve("beta", examples), truth)).toBeLessThan(0.04);
    expect(gap(fitCurve("platt", examples), truth)).toBeGreaterThan(0.05);
  });

  test("follows any rising curve by isotonic steps", () => {
    const truth: CalibrationCurve = { knots: [[-2, -3], [-1, 0], [1, 0], [2, 3]] }; // prettier-ignore
    expect(gap(fitCurve("isotonic", drawn(truth)), truth)).toBeLessThan(0.12); // steps of some hundred examples
  });

  test.for(["platt", "beta", "isotonic"] as const)("rises, and is never certain: %s", (kind) => {
    const examples = drawn({ beta: [1, 1, 0] }, 60);
    const perfect = { ...examples, targets: examples.logOdds.map((x) => (x > 0 ? 1 : 0)) };
    for (const each of [examples, perfect, { ...perfect, targets: perfect.targets.map((y) => 1 - y) }]) {
      const curve = fitCurve(kind, each);
      const values = Array.from({ length: 101 }, (_, i) => curveAt(curve, i / 5 - 10));
      values.slice(1).forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(values[i]! - 1e-9);
      });
      expect(values.every((value) => sigmoid(value) > 0 && sigmoid(value) < 1)).toBe(true);
    }
  });
});

suite("isotonic curves", () => {
  test("give a step of three right examples the share of one example more", () => {
    const examples = {
      logOdds: Float64Array.of(-1, -1, 0, 0, 0),
      targets: Float64Array.of(0, 0, 1, 1, 1),
      weights: new Float64Array(5).fill(1),
    };
    const curve = fitCurve("isotonic", examples) as { readonly knots: readonly (readonly number[])[] };
    expect(curve.knots).toHaveLength(2);
    expect(sigmoid(curve.knots[1]![1]!)).toBeCloseTo((3 + 0.5) / 4, 9);
    expect(sigmoid(curve.knots[0]![1]!)).toBeCloseTo(sigmoid(-1) / 3, 9);
  });
});

suite("logOddsOf", () => {
  test("stays finite at 0 and 1", () => {
    expect([logOddsOf(0), logOddsOf(0.5), logOddsOf(1)]).toEqual([-40, 0, 40]);
  });
});
