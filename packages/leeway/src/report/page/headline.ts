import { correctedInterval } from "../../decisions/index.ts";
import { type ShotGroup, shotGroups } from "../../imbalance/index.ts";
import { baseRate, clopperPearson, type Confusion } from "../../metrics/index.ts";
import { overClasses } from "../judgement.ts";
import { worstClassOf } from "../result.ts";
import { counted, groupCounts, percent, shownName } from "../words.ts";
import { confusionOf, type MeasuredRun, type TestScores } from "./measured-run.ts";
import { confidences } from "./reliability.ts";
import { mean } from "./mean.ts";
import type { Interval, Measure } from "./report-data.ts";

/** The numbers that a run is judged by, each with its interval over test examples. */
export function headline(run: MeasuredRun): Measure[] {
  const { record, summary } = run;
  const { test } = summary;
  const confusion = confusionOf(run);
  const worst = worstClassOf(record, summary);
  return [
    {
      ...{ name: "balanced accuracy", value: test.balancedAccuracy, note: overClasses(test.perClass) },
      interval: overRecalls(confusion, meanRecall),
    },
    ...groupMeasures(run, confusion),
    {
      ...{ name: "worst class", value: worst.accuracy },
      note: worst.accuracy === null ? "" : shownName(worst.name),
      interval: worstInterval(
        confusion,
        worst.accuracy === null ? -1 : test.perClass.indexOf(worst.accuracy),
      ),
    },
    ...detectionMeasures(run),
    {
      ...{ name: "accuracy", value: test.topOne, interval: overRecalls(confusion, overall) },
      note: "over all test examples",
    },
    {
      ...{ name: "macro-F1", value: test.macroF1, interval: macroF1Interval(confusion) },
      note: "mean of the classes' F1",
    },
    calibrationMeasure(run),
  ];
}

/** Right ones and all examples of some classes, as the bootstrap redraws them. */
interface Drawn {
  readonly recalls: readonly number[];
  readonly right: number;
  readonly examples: number;
}

/**
 * The interval of a statistic of classes' recalls.
 *
 * @param members labels of the classes; those without examples are left out
 * @returns null where none has one
 */
function overRecalls(
  confusion: Confusion,
  statistic: (drawn: Drawn) => number,
  members: readonly number[] = [...confusion.keys()],
): Interval | null {
  const present = members.flatMap((j) => {
    const row = confusion[j]!; // a class
    const examples = row.reduce((sum, count) => sum + count, 0);
    return examples === 0 ? [] : [[row[j]!, examples - row[j]!] as const]; // a square
  });
  if (present.length === 0) return null;
  if (present.every(([right, missed]) => right === 0 || missed === 0)) return exactEnds(present, statistic);
  return correctedInterval(present.flat(), (counts) => {
    const recalls: number[] = [];
    let [right, examples] = [0, 0];
    for (let at = 0; at < counts.length; at += 2) {
      const [own, missed] = [counts[at]!, counts[at + 1]!]; // of pairs
      right += own;
      examples += own + missed;
      // A class that a redrawn sample has not is left out of its means.
      if (own + missed > 0) recalls.push(own / (own + missed));
    }
    return recalls.length === 0 ? null : statistic({ recalls, right, examples });
  });
}

/**
 * The statistic of the ends of the classes' exact intervals, where each class is all right or all wrong: redrawn samples
 * of those are all alike, and their interval would be a point.
 */
function exactEnds(
  present: readonly (readonly [right: number, missed: number])[],
  statistic: (drawn: Drawn) => number,
): Interval {
  const sizes = present.map(([right, missed]) => right + missed);
  const intervals = present.map(([right, missed]) => clopperPearson(right, right + missed));
  const examples = sizes.reduce((sum, size) => sum + size, 0);
  const at = (end: 0 | 1): number => {
    const recalls = intervals.map((interval) => interval[end]);
    const right = recalls.reduce((sum, recall, i) => sum + recall * sizes[i]!, 0); // as many
    return statistic({ recalls, right, examples });
  };
  return [at(0), at(1)];
}

/** The exact interval of the class that is recognised worst; null where nothing is known of one. */
function worstInterval(confusion: Confusion, label: number): Interval | null {
  const row = confusion[label];
  const examples = row?.reduce((sum, count) => sum + count, 0) ?? 0;
  return row === undefined || examples === 0 ? null : clopperPearson(row[label]!, examples); // a square
}

function meanRecall({ recalls }: Drawn): number {
  return mean(recalls);
}

function overall({ right, examples }: Drawn): number {
  return right / examples;
}

/** The shot groups that have a class. */
function groupMeasures({ record, summary }: MeasuredRun, confusion: Confusion): Measure[] {
  const groups = shotGroups(record.data.trainCounts);
  return (["many", "medium", "few"] as const).flatMap((group: ShotGroup) => {
    const members = [...groups.keys()].filter((j) => groups[j] === group);
    if (members.length === 0 || members.length === groups.length) return [];
    const interval = overRecalls(confusion, meanRecall, members);
    const classes = counted(members.length, "class", "classes");
    const note = `${classes} with ${groupCounts[group]} training examples`;
    return [{ name: `${group}-shot`, value: summary.test.shotGroups[group], interval, note }];
  });
}

/** Of two classes: how well the rarer is found, beside what scores that say nothing would have. */
function detectionMeasures({ record, summary, test }: MeasuredRun): Measure[] {
  const { detection } = summary.test;
  if (detection === undefined) return [];
  const { positive, averagePrecision, areaUnderRoc } = detection;
  const chance = baseRate(summary.test) ?? 0; // both classes have test examples
  const name = shownName(record.data.classNames[positive] ?? "");
  const points = test && rankedCounts(test, positive);
  return [
    {
      ...{ name: "average precision", value: averagePrecision, chance },
      interval: points && correctedInterval(points, averagePrecisionOf),
      note: `of finding "${name}"; base rate ${percent(chance)}`,
    },
    {
      ...{ name: "AUROC", value: areaUnderRoc, chance: 0.5 },
      interval: points && correctedInterval(points, areaUnderRocOf),
      note: "area under the ROC curve",
    },
  ];
}

/** Points of a ranking that the bootstrap redraws, at most. */
const maxPoints = 500;

/** Examples of the class and others in bins of falling probability, in pairs: the ranking as counts. */
function rankedCounts({ probabilities, labels }: TestScores, positive: number): number[] {
  const classes = probabilities.length / labels.length;
  const score = (i: number): number => probabilities[i * classes + positive]!;
  const order = Uint32Array.from(labels.keys()).sort((a, b) => score(b) - score(a));
  const isOwn = (i: number): boolean => labels[i] === positive;
  const positives = order.reduce((sum, i) => sum + (isOwn(i) ? 1 : 0), 0);
  const each = Math.max(1, positives / maxPoints);
  const counts: number[] = [];
  let [found, missed, seen] = [0, 0, 0];
  order.forEach((i, at) => {
    if (isOwn(i)) found++;
    else missed++;
    if (isOwn(i)) seen++;
    const next = order[at + 1];
    const isFull = next === undefined || (score(next) < score(i) && seen >= (counts.length / 2 + 1) * each);
    if (!isFull) return;
    counts.push(found, missed);
    [found, missed] = [0, 0];
  });
  return counts;
}

function averagePrecisionOf(counts: readonly number[]): number | null {
  let [found, seen, sum] = [0, 0, 0];
  for (let at = 0; at < counts.length; at += 2) {
    const own = counts[at]!; // of pairs
    found += own;
    seen += own + counts[at + 1]!; // likewise
    if (seen > 0) sum += own * (found / seen);
  }
  return found === 0 ? null : sum / found;
}

function areaUnderRocOf(counts: readonly number[]): number | null {
  let [found, others, above] = [0, 0, 0];
  for (let at = 0; at < counts.length; at += 2) {
    const [own, other] = [counts[at]!, counts[at + 1]!]; // of pairs
    above += other * (found + own / 2);
    found += own;
    others += other;
  }
  return found === 0 || others === 0 ? null : above / (found * others);
}

/** By redrawn cells of the confusion matrix. */
function macroF1Interval(confusion: Confusion): Interval | null {
  const classes = confusion.length;
  const cells = confusion.flatMap((row, i) =>
    row.flatMap((count, j) => (count > 0 ? [{ i, j, count }] : [])),
  );
  return correctedInterval(
    cells.map(({ count }) => count),
    (counts) => {
      const right = new Float64Array(classes);
      const sums = new Float64Array(classes); // examples and predictions of the class
      const present = new Uint8Array(classes);
      counts.forEach((count, at) => {
        const { i, j } = cells[at]!; // a cell a count
        sums[i]! += count;
        sums[j]! += count;
        if (count > 0) present[i] = 1;
        if (i === j) right[i] = count;
      });
      const scores = [...right.keys()].filter((j) => present[j] === 1).map((j) => (2 * right[j]!) / sums[j]!);
      return scores.length < 2 ? null : mean(scores);
    },
  );
}

/** How far confidence is from accuracy. */
function calibrationMeasure({ summary, test }: MeasuredRun): Measure {
  return {
    ...{ name: "calibration error", value: summary.test.expectedCalibrationError },
    interval: test && calibrationInterval(test),
    note: "how far confidence is from accuracy; 0 is best",
  };
}

/** By bins whose right and wrong ones are redrawn. */
function calibrationInterval(test: TestScores): Interval | null {
  const bins = confidences(test.probabilities, test.labels).reduce(
    (all, { confidence, right }) => {
      const bin = all[Math.min(14, Math.max(0, Math.ceil(confidence * 15) - 1))]!; // of 15
      if (right) bin.right++;
      else bin.wrong++;
      bin.sum += confidence;
      return all;
    },
    Array.from({ length: 15 }, () => ({ right: 0, wrong: 0, sum: 0 })),
  );
  return correctedInterval(
    bins.flatMap(({ right, wrong }) => [right, wrong]),
    (counts) => {
      let [error, examples] = [0, 0];
      bins.forEach(({ right, wrong, sum }, b) => {
        const [own, others] = [counts[2 * b]!, counts[2 * b + 1]!]; // of pairs
        const before = right + wrong;
        if (before > 0) error += Math.abs(own - ((own + others) * sum) / before);
        examples += own + others;
      });
      return examples === 0 ? null : error / examples;
    },
  );
}
