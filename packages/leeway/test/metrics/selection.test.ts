import { describe as suite, expect, test } from "vitest";
import {
  detectionOf,
  findSelection,
  type Metrics,
  metricsOf,
  type ScoredSplit,
  selectionNames,
  softmax,
} from "../../src/metrics/index.ts";
import { random } from "../../src/random.ts";

/** A split of two classes by the margin of the second, which is the rarer. */
function byMargin(margins: readonly number[], labels: readonly number[]): ScoredSplit {
  const scores = Float32Array.from(margins.flatMap((margin) => [0, margin]));
  const probabilities = softmax(scores, 2);
  return { scores, scale: 1, probabilities, labels, classes: 2, trainCounts: [90, 10] };
}

const valueOf = (name: string, split: ScoredSplit): number | null => findSelection(name)!.of(split);

// From the top: rare, common, rare, common. Precision 1, 1/2, 2/3, 1/2 at recall 1/2, 1/2, 1, 1.
const ranked = byMargin([3, 2, 1, -1], [1, 0, 1, 0]);

suite("findSelection", () => {
  test("knows each name, and a target in (0, 1] of those that need one", () => {
    for (const name of selectionNames) expect(findSelection(name)?.name).toBe(name);
    expect(findSelection("recall-at-precision=0.90")?.name).toBe("recall-at-precision=0.9");
    const strays = ["accuracy", "toString", "recall-at-precision", "recall-at-precision=", "log-loss=1"];
    for (const stray of [
      ...strays,
      ...["0", "1.5", "-1", "x", "0.5=1"].map((at) => `precision-at-recall=${at}`),
    ])
      expect(findSelection(stray)).toBeUndefined();
  });

  test("lets a lower log loss be better, and more of all others", () => {
    const lower = selectionNames.filter((name) => findSelection(name)!.better === "lower");
    expect(lower).toEqual(["log-loss"]);
  });

  test("says what one example decides at most: of a mean over classes 1/(K n), of one class 1/n", () => {
    const shares = (counts: number[]) => selectionNames.map((name) => findSelection(name)!.share(counts));
    expect(shares([90, 10])).toEqual([1 / 20, 1 / 10, 1 / 20, 1 / 10, 1 / 100, 1 / 10, 1 / 10]);
    expect(findSelection("average-precision")!.share([8, 10, 10, 10])).toBe(1 / 32);
    for (const share of shares([90, 0])) expect(share).toBe(Infinity);
  });
});

suite("selection metrics", () => {
  test("are those of the table of metrics where that has them", () => {
    const { scores, labels, classes, trainCounts } = ranked;
    const metrics = metricsOf({ scores, labels, classes, trainCounts, withConfusion: true });
    expect(valueOf("balanced-accuracy", ranked)).toBe(metrics.balancedAccuracy);
    expect(valueOf("macro-f1", ranked)).toBe(metrics.macroF1);
    expect(valueOf("worst-class", ranked)).toBe(metrics.worstClass);
    expect(valueOf("average-precision", ranked)).toBeCloseTo(metrics.detection!.averagePrecision, 12);
  });

  test("log loss is the mean of -log p of the true class, and never infinite", () => {
    const even = byMargin([0, 0], [0, 1]);
    expect(valueOf("log-loss", even)).toBeCloseTo(Math.log(2), 6);
    const wrong = byMargin([1000, 0], [0, 1]);
    expect(valueOf("log-loss", wrong)).toBeCloseTo((-Math.log(1e-15) + Math.log(2)) / 2, 6);
  });

  test("recall at a precision and precision at a recall are the best of the curve's points", () => {
    expect(valueOf("recall-at-precision=0.9", ranked)).toBe(1 / 2);
    expect(valueOf("recall-at-precision=0.6", ranked)).toBe(1);
    expect(valueOf("precision-at-recall=1", ranked)).toBeCloseTo(2 / 3, 12);
    expect(valueOf("precision-at-recall=0.5", ranked)).toBe(1);
    const hopeless = byMargin([-1, 2], [1, 0]);
    expect(valueOf("recall-at-precision=0.9", hopeless)).toBe(0);
  });

  test("read the whole curve, not the 101 points of it that are stored", () => {
    const draw = random(1, "curve");
    const labels = Array.from({ length: 4000 }, () => (draw.uniform() < 0.25 ? 1 : 0));
    const margins = labels.map((label) => Math.fround(label + 2 * draw.uniform()));
    const split = byMargin(margins, labels);
    let best = 0;
    for (const threshold of margins) {
      const taken = labels.filter((_, i) => margins[i]! >= threshold);
      const hits = taken.filter((label) => label === 1).length;
      if (hits / taken.length >= 0.7)
        best = Math.max(best, hits / labels.filter((label) => label === 1).length);
    }
    expect(valueOf("recall-at-precision=0.7", split)).toBe(best);
  });

  test("average precision of three classes is the mean of each against the rest, by its probability", () => {
    const draw = random(2, "three");
    const labels = Array.from({ length: 300 }, () => draw.below(3));
    const scores = Float32Array.from(
      labels.flatMap((label) => [0, 1, 2].map((j) => 2 * draw.uniform() + +(j === label))),
    );
    const probabilities = softmax(scores, 3, { scale: 2 });
    const split = { scores, scale: 2, probabilities, labels, classes: 3, trainCounts: [1, 1, 1] };
    const each = [0, 1, 2].map(
      (j) =>
        detectionOf(
          labels.map((_, i) => probabilities[3 * i + j]!),
          labels.map((label) => label === j),
        ).averagePrecision,
    );
    expect(valueOf("average-precision", split)).toBeCloseTo((each[0]! + each[1]! + each[2]!) / 3, 6);
  });

  test("average precision tells apart what probabilities near 1 do not", () => {
    const sure = byMargin([200, 150, 120, 100], [1, 0, 0, 0]);
    expect(sure.probabilities.filter((_, i) => i % 2 === 1)).toEqual(Float32Array.of(1, 1, 1, 1));
    expect(valueOf("average-precision", sure)).toBe(1);
  });

  test("are null where the split has no example of the class that is looked for", () => {
    const none = byMargin([1, 2], [0, 0]);
    for (const name of selectionNames.filter((each) => each !== "log-loss"))
      expect(valueOf(name, none)).toBeNull();
  });
});

suite("metricsOf with a selection", () => {
  test("stores its value, and nothing without one", () => {
    const { scores, labels, classes, trainCounts } = ranked;
    const of = (name?: string): Metrics =>
      metricsOf({ scores, labels, classes, trainCounts, selection: name ? findSelection(name) : undefined });
    expect(of("precision-at-recall=0.5").selection).toEqual({ by: "precision-at-recall=0.5", value: 1 });
    expect(of()).not.toHaveProperty("selection");
  });
});
