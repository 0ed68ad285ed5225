import pc from "picocolors";
import { describe as suite, expect, test } from "vitest";
import { exampleMargins } from "../../../src/imbalance/index.ts";
import { detectionOf } from "../../../src/metrics/index.ts";
import {
  bytePlanes,
  codedScores,
  decodedScores,
  joinedPlanes,
  keptClasses,
} from "../../../src/report/page/coded-scores.ts";
import { mcNemar, recipeDifferences, runDifference } from "../../../src/report/page/difference.ts";
import { labelGains } from "../../../src/report/page/label-gains.ts";
import { reportOf } from "../../../src/report/page/run-report.ts";
import type { MeasuredRun, ScoredRun } from "../../../src/report/page/measured-run.ts";
import type { Measure, ReportClass, RunReport } from "../../../src/report/page/report-data.ts";
import { renderReport } from "../../../src/report/index.ts";
import { recipeFor } from "../../../src/recipe/index.ts";

import { simulatedRun } from "./simulated-run.ts";

const made = { leeway: "0.1.0", createdAt: "2026-11-29T00:00:00.000Z" };
const reportOfOne = (run: MeasuredRun): RunReport => reportOf([{ run }], made).runs[0]!;
const longTail = simulatedRun({ trainCounts: [500, 200, 60, 10], tested: 100 });
const measureIn = ({ headline }: RunReport, name: string): Measure =>
  headline.find((each) => each.name === name)!;
const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);

suite("a report's headline", () => {
  const report = reportOfOne(longTail);

  test("has the numbers of the summary", () => {
    const { balancedAccuracy, worstClass, topOne, macroF1, shotGroups } = longTail.summary.test;
    expect(measureIn(report, "balanced accuracy").value).toBe(balancedAccuracy);
    expect(measureIn(report, "worst class").value).toBe(worstClass);
    expect(measureIn(report, "accuracy").value).toBe(topOne);
    expect(measureIn(report, "macro-F1").value).toBe(macroF1);
    expect(measureIn(report, "few-shot").value).toBe(shotGroups.few);
  });

  test("has intervals around them, which more examples narrow", () => {
    const width = ({ interval }: Measure): number => interval![1] - interval![0];
    for (const { value, interval } of report.headline) {
      expect(interval![0]).toBeLessThanOrEqual(value! + 1e-9);
      expect(interval![1]).toBeGreaterThan(interval![0]);
    }
    const more = reportOfOne(simulatedRun({ trainCounts: [500, 200, 60, 10], tested: 1600 }));
    const ratio = width(measureIn(report, "balanced accuracy")) / width(measureIn(more, "balanced accuracy"));
    expect(ratio).toBeGreaterThan(3); // √16 = 4, but for the bootstrap's own noise
    expect(ratio).toBeLessThan(5);
  });

  test("are not certain of classes that are all right or all wrong", () => {
    const few = simulatedRun({ trainCounts: [500, 200, 60, 10], tested: 4, distance: 30 });
    const [balanced, worst] = ["balanced accuracy", "worst class"].map((name) =>
      measureIn(reportOfOne(few), name),
    );
    expect(balanced!.value).toBe(1);
    expect(balanced!.interval![0]).toBeLessThan(0.5); // four of four are half right in one of sixteen cases
    expect(worst!.interval![0]).toBeCloseTo(0.025 ** (1 / 4), 12); // of Clopper and Pearson
  });

  test("covers the truth as often as it says", () => {
    const truth = simulatedRun({ trainCounts: [60, 10], tested: 50_000, seed: 99 }).summary.test;
    const covered = Array.from({ length: 100 }, (_, seed) => {
      const run = simulatedRun({ trainCounts: [60, 10], tested: 100, seed });
      const inside = ({ interval }: Measure, value: number): boolean =>
        interval![0] <= value && value <= interval![1];
      const own = reportOfOne(run);
      return [
        inside(measureIn(own, "balanced accuracy"), truth.balancedAccuracy!),
        inside(measureIn(own, "average precision"), truth.detection!.averagePrecision),
      ];
    });
    // 95 of 100, of which a binomial count is below 88 in one of 700 cases.
    for (const at of [0, 1])
      expect(sum(covered.map((each) => (each[at]! ? 1 : 0)))).toBeGreaterThanOrEqual(88);
  });

  test("puts average precision beside its base rate", () => {
    const two = reportOfOne(simulatedRun({ trainCounts: [900, 30], tested: 200 }));
    expect(measureIn(two, "average precision").chance).toBe(0.5);
  });
});

suite("a report's classes and confusions", () => {
  const report = reportOfOne(longTail);
  const { confusion } = longTail.summary.test;

  test("are those of the confusion matrix", () => {
    expect(report.confusion.matrix).toEqual(confusion);
    report.classes.forEach(({ recall, testCount, takenFor }, j) => {
      expect(recall).toBe(confusion![j]![j]! / testCount);
      expect(takenFor.every(({ label, count }) => count === confusion![j]![label] && label !== j)).toBe(true);
    });
  });

  test("leave no matrix of more than 40 classes, but its largest confusions", () => {
    const wide = reportOfOne(
      simulatedRun({ trainCounts: Array.from({ length: 60 }, (_, j) => 300 - 5 * j), tested: 10 }),
    );
    expect(wide.confusion.matrix).toBeNull();
    const shares = wide.confusion.pairs.map(({ share }) => share);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(shares.length).toBeGreaterThan(0);
    expect(shares.length).toBeLessThanOrEqual(30);
  });

  test("flow from group to group without losing an example", () => {
    const { groups, counts, right } = report.groups;
    expect(groups).toEqual(["many", "medium", "few"]);
    expect(sum(counts.flat())).toBe(400);
    expect(sum(right)).toBe(sum(confusion!.map((row, j) => row[j]!)));
  });

  test("name the largest confusion in a sentence", () => {
    const { truth, prediction, share } = report.confusion.pairs[0]!;
    expect(report.sentence).toContain(
      `"class ${truth}" is mistaken for "class ${prediction}" in ${Math.round(100 * share)} %`,
    );
    const two = simulatedRun({ trainCounts: [900, 30], tested: 200 });
    const [[, alarms], [, found]] = two.summary.test.confusion as [[number, number], [number, number]];
    expect(reportOfOne(two).sentence).toBe(
      `${found} of 200 examples of "class 1" are found, with ${alarms} false alarms among 200 of "class 0".`,
    );
  });
});

suite("a report's figures", () => {
  const report = reportOfOne(longTail);

  test("count every example's margin once", () => {
    const { edges, counts, medians, reached } = report.margins!;
    expect(counts.map(sum)).toEqual([100, 100, 100, 100]);
    expect(edges).toContain(0);
    expect(edges.toSorted((a, b) => a - b)).toEqual(edges);
    const own = exampleMargins(longTail.test.logits, longTail.test.labels, 4).filter(
      (_, i) => longTail.test.labels[i] === 2,
    );
    expect(medians[2]).toBe(own.toSorted()[50]);
    const wanted = report.margins!.enforced![2]!;
    expect(reached[2]).toBeCloseTo(own.filter((margin) => margin >= wanted).length / 100, 12);
  });

  test("fit the exponent of training margins where they were measured", () => {
    expect(report.margins!.training).toBeUndefined();
    const counts = longTail.record.data.trainCounts;
    const labels = Int32Array.from(counts, (_, j) => j);
    const medians = counts.map((n, j) => (j === 0 ? -1 : 3 * n ** -0.25));
    const { training } = reportOfOne({
      ...longTail,
      train: { margins: Float32Array.from(medians), labels },
    }).margins!;
    expect(training!.examples).toBe(counts.length);
    expect(training!.fit!.exponent).toBeCloseTo(0.25, 5);
    expect(training!.fit!.classes).toBe(counts.length - 1); // without that whose median is below 0
  });

  test("put as many examples into each bin of reliability", () => {
    const [all] = report.reliability;
    expect(all!.group).toBe("all");
    expect(all!.after.map(({ examples }) => examples)).toEqual(all!.before.map(({ examples }) => examples));
    expect(sum(all!.after.map(({ examples }) => examples))).toBe(400);
    expect(Math.max(...all!.after.map(({ examples }) => examples))).toBeLessThanOrEqual(28); // 400 / 15, rounded up
  });

  test("hold a class's ranking as counts, from which precision is exact", () => {
    const { label, thresholds, found, falseAlarms, positives, averagePrecision } = report.detections[0]!;
    expect(label).toBe(3); // the rarest
    const scores = Array.from(longTail.test.labels, (_, i) => longTail.test.probabilities[4 * i + 3]!);
    const threshold = thresholds[50]!;
    const at = (own: boolean): number =>
      scores.filter(
        (p, i) => Number(p.toPrecision(6)) >= threshold && (longTail.test.labels[i] === 3) === own,
      ).length;
    expect([found[50], falseAlarms[50]]).toEqual([at(true), at(false)]);
    expect(found.at(-1)).toBe(positives);
    const exact = detectionOf(
      scores.map((p) => Number(p.toPrecision(6))),
      Array.from(longTail.test.labels, (each) => each === 3),
    );
    expect(averagePrecision).toBe(exact.averagePrecision);
  });

  test("keep at most about a thousand thresholds of many examples", () => {
    const many = reportOfOne(simulatedRun({ trainCounts: [900, 30], tested: 10_000 }));
    const { thresholds, found, falseAlarms } = many.detections[0]!;
    expect(thresholds.length).toBeGreaterThan(500);
    expect(thresholds.length).toBeLessThanOrEqual(1100);
    expect([found.at(-1), falseAlarms.at(-1)]).toEqual([10_000, 10_000]);
  });

  test("fit the slope of offsets against the logarithm of counts", () => {
    // The offsets of the simulation are log n themselves.
    expect(report.bias!.slope).toBeCloseTo(1, 12);
    expect(sum(report.bias!.offsets)).toBeCloseTo(0, 12);
  });

  test("fit no slope where all classes have as many", () => {
    // The mean of log 6 three times is not log 6.
    expect(reportOfOne(simulatedRun({ trainCounts: [6, 6, 6], tested: 10 })).bias).toBeNull();
  });
});

suite("a report of records alone", () => {
  const command = ["train", "my photos", "--seed", "1"];
  const recorded: MeasuredRun = { ...longTail, record: { ...longTail.record, command }, test: null };
  const [report, whole] = [reportOfOne(recorded), reportOfOne(longTail)];

  test("has all that the confusion matrix says", () => {
    expect(report.classes).toEqual(whole.classes);
    expect(report.confusion).toEqual(whole.confusion);
    expect(report.sentence).toBe(whole.sentence);
    expect(report.examples).toBe(400);
    const counted = whole.headline.filter(({ name }) => name !== "calibration error");
    expect(report.headline.slice(0, counted.length)).toEqual(counted);
    expect(measureIn(report, "calibration error")).toEqual({
      ...measureIn(whole, "calibration error"),
      interval: null,
    });
  });

  test("leaves out what needs scores, and says how to get it", () => {
    expect(report).toMatchObject({ margins: null, reliability: [], detections: [] });
    const [note] = report.notes;
    expect(note).toContain("weights of this run were not kept");
    expect(note).toContain("Train it again: leeway train 'my photos' --seed 1");
    const odd = { ...recorded, record: { ...recorded.record, command: ["a script of my own"] } };
    expect(reportOfOne(odd).notes[0]).toContain("by the recipe in its run.json");
    expect(whole.notes).not.toContain(note);
  });
});

suite("the scores of a page", () => {
  test("are all classes where there is room, else the likeliest of each example", () => {
    expect(keptClasses({ examples: 10_000, classes: 10, runs: 2 })).toBe(10);
    expect(keptClasses({ examples: 10_000, classes: 100, runs: 2 })).toBe(10);
    expect(keptClasses({ examples: 50_000, classes: 1000, runs: 1 })).toBe(0); // four are too few
    expect(keptClasses({ examples: 90_000, classes: 2, runs: 1 })).toBe(2);
    const { codes, classes } = codedScores(Float32Array.of(0.1, 0.5, 0, 0.4, 0.25, 0.25, 0.25, 0.25), {
      ...{ classes: 4, kept: 2 },
    });
    expect([...classes!]).toEqual([1, 3, 0, 1]);
    const logs = decodedScores(joinedPlanes(bytePlanes(codes)));
    for (const [i, p] of [0.5, 0.4, 0.25, 0.25].entries()) expect(Math.exp(logs[i]!) / p).toBeCloseTo(1, 2); // steps of 1/128
  });
});

suite("what to label next", () => {
  const classWith = (trainCount: number, error: number): ReportClass => ({
    ...{ name: "a", group: "many", trainCount, testCount: 100_000, recall: 1 - error, recallInterval: null },
    ...{ precision: null, f1: null, calibrationError: null, calibrationErrorByChance: null, takenFor: [] },
  });

  test("follows the power of the classes' errors", () => {
    const classes = [10, 100, 1000].map((n) => classWith(n, n ** -0.5));
    const [first] = labelGains(classes);
    expect(first!.label).toBe(0);
    expect(first!.recall).toBeCloseTo(10 ** -0.5 * (1 - (10 / 60) ** 0.5), 3);
  });

  test("says nothing where errors do not fall with the count", () => {
    expect(labelGains([10, 100, 1000].map((n) => classWith(n, 0.3)))).toEqual([]);
  });

  test("says nothing where all classes have as many", () => {
    // The mean of log 6 three times is not log 6.
    expect(labelGains([0.1, 0.2, 0.3].map((error) => classWith(6, error)))).toEqual([]);
  });
});

suite("the difference of two runs", () => {
  const better = simulatedRun({ trainCounts: [500, 200, 60, 10], tested: 100, distance: 3 });

  test("pairs them by example", () => {
    const { unpaired, classes, measures } = runDifference([longTail, better], 1);
    expect(unpaired).toBeNull();
    const right = (run: ScoredRun, i: number): boolean => run.test.predictions[i] === run.test.labels[i];
    const own = [...longTail.test.labels.keys()].filter((i) => longTail.test.labels[i] === 1);
    expect(classes[1]).toMatchObject({
      helped: own.filter((i) => right(better, i) && !right(longTail, i)).length,
      hurt: own.filter((i) => !right(better, i) && right(longTail, i)).length,
    });
    const balanced = measures.find(({ name }) => name === "balanced accuracy")!;
    const before = longTail.summary.test.balancedAccuracy!;
    expect(balanced.value).toBeCloseTo(better.summary.test.balancedAccuracy! - before, 12);
    expect(balanced.apart).toBe(true);
  });

  test("tells runs of other test examples that they cannot be paired", () => {
    const other = simulatedRun({ trainCounts: [500, 200, 60, 10], tested: 90 });
    const { unpaired, measures, classes } = runDifference([longTail, other], 1);
    expect(unpaired).toContain("other examples");
    expect(classes).toEqual([]);
    const after = other.summary.test.balancedAccuracy! - longTail.summary.test.balancedAccuracy!;
    expect(measures[0]!.value).toBeCloseTo(after, 12);
  });

  test("has intervals of runs without weights, wider than those of pairs", () => {
    const own = runDifference([longTail, better], 1).measures;
    const { unpaired, measures } = runDifference([longTail, { ...better, test: null }], 1);
    expect(unpaired).toContain("kept no weights");
    expect(measures.map(({ name }) => name)).toEqual(own.map(({ name }) => name));
    measures.forEach(({ value, interval }, i) => {
      const paired = own[i]!;
      expect(value).toBeCloseTo(paired.value!, 12);
      const width = ([low, high]: readonly [number, number]): number => high - low;
      expect(width(interval!)).toBeGreaterThan(0.9 * width(paired.interval!)); // but for the bootstrap's noise
    });
  });

  test("shows the settings that differ alone", () => {
    const [one, other] = [recipeFor("cifar10"), recipeFor("cifar10", { seed: 1, lr: 0.05 })];
    expect(recipeDifferences(one, other)).toEqual([
      { field: "schedule.base", from: "0.1", to: "0.05" },
      { field: "seed", from: "0", to: "1" },
    ]);
  });

  test("has McNemar's exact chance", () => {
    expect(mcNemar(0, 0)).toBe(1);
    expect(mcNemar(5, 0)).toBeCloseTo(2 / 32, 12);
    expect(mcNemar(8, 2)).toBeCloseTo((2 * (1 + 10 + 45)) / 1024, 12);
    expect(mcNemar(3, 3)).toBe(1);
  });
});

suite("renderReport", () => {
  test("has the numbers in its tables, and the difference of a second run", () => {
    const better = simulatedRun({ trainCounts: [500, 200, 60, 10], tested: 100, distance: 3 });
    const text = renderReport(reportOf([{ run: longTail }, { run: better }], made), {
      colors: pc.createColors(false),
      markdown: true,
    });
    expect(text).toContain(
      `| balanced accuracy | ${(100 * longTail.summary.test.balancedAccuracy!).toFixed(1)} % |`,
    );
    expect(text).toContain("| class 3 | 10 | 100 |");
    expect(text).toContain("told from noise");
  });
});
