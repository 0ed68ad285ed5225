import { describe as suite, expect, test } from "vitest";
import { suspectedLabels } from "../../src/metrics/index.ts";
import { random } from "../../src/random.ts";

/** Probabilities of class 1 as those of both classes. */
const both = (positive: readonly number[]): Float32Array =>
  Float32Array.from(positive.flatMap((p) => [1 - p, p]));

/**
 * Rows of two normal classes `distance` apart with exact probabilities, `share` of them rare, and 5 % of the rare ones
 * labelled frequent.
 */
function flipped(distance: number, share: number, rows: number) {
  const draw = random(5, "flipped", distance, rows);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - draw.uniform())) * Math.cos(2 * Math.PI * draw.uniform());
  const truth = Array.from({ length: rows }, () => (draw.uniform() < share ? 1 : 0));
  const x = truth.map((y) => normal() + distance * y);
  const odds = x.map((each) => (share / (1 - share)) * Math.exp(distance * each - distance ** 2 / 2));
  const labels = truth.map((y) => (y === 1 && draw.uniform() < 0.05 ? 0 : y));
  const wrong = labels.map((label, i) => label !== truth[i]);
  return { probabilities: both(odds.map((each) => each / (1 + each))), labels, wrong };
}

function found({ probabilities, labels, wrong }: ReturnType<typeof flipped>): {
  precision: number;
  recall: number;
} {
  const { suggested } = suspectedLabels(probabilities, labels, 2);
  const doubted = [...suggested.keys()].filter((i) => suggested[i] === 1);
  const hits = doubted.filter((i) => wrong[i]).length;
  return { precision: hits / doubted.length, recall: hits / wrong.filter(Boolean).length };
}

suite("suspectedLabels", () => {
  test("doubts a label where another class has the probability that it has of its own", () => {
    // t_0 = (0.9 + 0.8 + 0.3 + 0.6) / 4 with a mean of 2/3 and 0.6, t_1 = (0.7 + 0.5 + 0.6) / 3
    const probabilities = both([0.1, 0.2, 0.7, 0.7, 0.5]);
    const { thresholds, suggested } = suspectedLabels(probabilities, [0, 0, 0, 1, 1], 2);
    const middle = (2 / 3 + 0.6) / 2;
    expect(thresholds[0]).toBeCloseTo((0.9 + 0.8 + 0.3 + middle) / 4, 6);
    expect(thresholds[1]).toBeCloseTo((0.7 + 0.5 + middle) / 3, 6);
    expect([...suggested]).toEqual([-1, -1, 1, -1, -1]);
  });
  test("has a threshold of its own for a class whose probabilities stay low", () => {
    const probabilities = both([0.001, 0.002, 0.3, 0.2, 0.2]);
    expect([...suspectedLabels(probabilities, [0, 0, 0, 1, 1], 2).suggested].slice(0, 3)).toEqual([
      -1, -1, -1,
    ]);
    const many = both([...Array<number>(40).fill(0.2), 0.001, 0.002, 0.3]);
    const labels = [...Array<number>(40).fill(1), 0, 0, 0];
    expect([...suspectedLabels(many, labels, 2).suggested].slice(40)).toEqual([-1, -1, 1]);
  });
  test("gives a class without examples the mean threshold", () => {
    const rows = Float32Array.from([0.8, 0.1, 0.1, 0.1, 0.9, 0]);
    expect(suspectedLabels(rows, [0, 1], 3).thresholds[2]).toBeCloseTo(0.85, 6);
  });
  test.for([
    ["10 %", 0.1],
    ["1 %", 0.01],
    ["0.1 %", 0.001],
  ] as const)("finds rare examples labelled frequent, of a class of %s", ([, share]) => {
    const { precision, recall } = found(flipped(7, share, 200_000));
    expect(recall).toBeGreaterThan(0.8);
    expect(precision).toBeGreaterThan(0.7);
  });
  test("refuses shapes that do not fit", () => {
    expect(() => suspectedLabels(both([0.5]), [0, 1], 2)).toThrow("probabilities to be 2 rows of 2, got 2");
    expect(() => suspectedLabels(both([0.5]), [2], 2)).toThrow("labels[0]");
  });
});
