import type {
  ClassDetection,
  ConfusedPair,
  Interval,
  PackedLogits,
  Reliability,
  ReportClass,
  ReportConfusion,
  ReportMargins,
} from "../../../leeway/src/report/page/report-data.ts";
import { exampleMargins, shotGroups } from "../../../leeway/src/imbalance/index.ts";
import {
  classCalibration,
  classScores,
  clopperPearson,
  type Confusion,
  detectionOf,
  shownProbability,
} from "../../../leeway/src/metrics/index.ts";
import { gzipSync } from "node:zlib";
import { bytePlanes, codedScores, keptClasses } from "../../../leeway/src/report/page/coded-scores.ts";
import type { Scores } from "./scores.ts";

/** The classes, counted. */
export function classesOf(
  names: readonly string[],
  counts: readonly number[],
  { confusion, scores }: { readonly confusion: Confusion; readonly scores: Scores },
): ReportClass[] {
  const groups = shotGroups(counts);
  const errors =
    names.length > 200 ? [] : classCalibration(scores.calibrated, scores.labels, { classes: names.length });
  return classScores(confusion).map(({ precision, recall, f1 }, j) => {
    const row = confusion[j]!;
    const testCount = row.reduce((sum, count) => sum + count, 0);
    const takenFor = [...row.entries()]
      .filter(([other, count]) => other !== j && count > 0)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 5)
      .map(([label, count]) => ({ label, count }));
    return {
      ...{ name: names[j]!, group: groups[j]!, trainCount: counts[j]!, testCount, recall, precision, f1 },
      recallInterval: testCount === 0 ? null : clopperPearson(row[j]!, testCount),
      calibrationError: errors[j]?.error ?? null,
      calibrationErrorByChance: errors[j]?.byChance ?? null,
      takenFor,
    };
  });
}

export function confusionOf(confusion: Confusion): ReportConfusion {
  const pairs: ConfusedPair[] = confusion.flatMap((row, truth) => {
    const size = row.reduce((sum, count) => sum + count, 0);
    return row.flatMap((count, prediction) =>
      prediction !== truth && count >= Math.min(2, size) && count > 0
        ? [{ truth, prediction, count, share: count / size }]
        : [],
    );
  });
  pairs.sort((a, b) => b.share - a.share || b.count - a.count);
  return { matrix: confusion.length > 40 ? null : confusion, pairs: pairs.slice(0, 30) };
}

export function marginsOf(
  scores: Scores,
  classes: number,
  enforced: readonly number[] | null,
): ReportMargins {
  const margins = exampleMargins(scores.logits, scores.labels, classes);
  const bins = classes > 200 ? 20 : 40;
  const sorted = margins.toSorted();
  const [low, high] = [Math.floor(sorted[0]!), Math.ceil(sorted.at(-1)!)];
  const edges = Array.from({ length: bins + 1 }, (_, b) => low + ((high - low) * b) / bins);
  const counts = Array.from({ length: classes }, () => new Array<number>(bins).fill(0));
  const byClass = Array.from({ length: classes }, (): number[] => []);
  margins.forEach((margin, i) => {
    const at = Math.min(bins - 1, Math.floor(((margin - low) / (high - low)) * bins));
    counts[scores.labels[i]!]![at]!++;
    byClass[scores.labels[i]!]!.push(margin);
  });
  return {
    ...{ edges, counts, enforced },
    medians: byClass.map((own) => own.toSorted((a, b) => a - b)[own.length >> 1] ?? null),
    reached: byClass.map((own, j) =>
      own.length === 0 ? null : own.filter((margin) => margin >= (enforced?.[j] ?? 0)).length / own.length,
    ),
  };
}

/** Bins of as many examples each. */
export function reliabilityOf(
  { labels, raw, calibrated }: Scores,
  among: readonly number[],
  group: Reliability["group"],
): Reliability {
  const classes = raw.length / labels.length;
  const binsOf = (probabilities: Float32Array): Reliability["after"] => {
    const tops = among.map((i) => {
      const own = probabilities.subarray(i * classes, (i + 1) * classes);
      const top = own.indexOf(Math.max(...own));
      return { confidence: own[top]!, right: top === labels[i]! };
    });
    tops.sort((a, b) => a.confidence - b.confidence);
    return Array.from({ length: 15 }, (_, b) => {
      const bin = tops.slice(Math.floor((b * tops.length) / 15), Math.floor(((b + 1) * tops.length) / 15));
      return {
        examples: bin.length,
        confidence: bin.reduce((sum, { confidence }) => sum + confidence, 0) / bin.length,
        accuracy: bin.filter(({ right }) => right).length / bin.length,
      };
    }).filter(({ examples }) => examples > 0);
  };
  return { group, examples: among.length, after: binsOf(calibrated), before: binsOf(raw) };
}

/** At most 1,000 thresholds of a class. */
export function detectionFor(
  { labels, calibrated }: Scores,
  label: number,
  decided?: number,
): ClassDetection {
  const classes = calibrated.length / labels.length;
  const scores = Float64Array.from(labels, (_, i) => shownProbability(calibrated[i * classes + label]!));
  const positive = Array.from(labels, (y) => y === label);
  const order = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!);
  const points: { threshold: number; found: number; falseAlarms: number }[] = [];
  let [found, falseAlarms] = [0, 0];
  order.forEach((i, at) => {
    if (positive[i]) found++;
    else falseAlarms++;
    const next = order[at + 1];
    if (next === undefined || scores[next] !== scores[i])
      points.push({ threshold: scores[i]!, found, falseAlarms });
  });
  const last = points.length - 1;
  // Dense where decisions are made: at the highest thresholds.
  const kept =
    last < 1000 ? points : Array.from({ length: 1000 }, (_, i) => points[Math.round(last * (i / 999) ** 2)]!);
  const thin = kept.filter((point, i) => point !== kept[i - 1]);
  return {
    label,
    positives: found,
    negatives: falseAlarms,
    averagePrecision: detectionOf(scores, positive).averagePrecision,
    thresholds: thin.map(({ threshold }) => threshold),
    found: thin.map((point) => point.found),
    falseAlarms: thin.map((point) => point.falseAlarms),
    ...(decided !== undefined && { decided }),
  };
}

/** As a report packs them; undefined where a page has no room. */
export function packedLogits(
  { calibrated, labels, prior }: Scores,
  { runs }: { readonly runs: number },
): PackedLogits | undefined {
  const classes = prior.length;
  const kept = keptClasses({ examples: labels.length, classes, runs });
  if (kept === 0) return undefined;
  const coded = codedScores(calibrated, { classes, kept });
  return {
    logProbabilities: packed(coded.codes),
    ...(coded.classes && { classes: packed(coded.classes) }),
    ...{ labels: packed(labels), prior: [...prior] },
  };
}

export function packed(values: Uint16Array): string {
  return gzipSync(bytePlanes(values), { level: 9 }).toString("base64");
}

/** Of a share, by the normal distribution: enough for a simulation. */
export function intervalOf(value: number, n: number): Interval {
  const half = 1.96 * Math.sqrt((value * (1 - value)) / n);
  return [Math.max(0, value - half), Math.min(1, value + half)];
}
