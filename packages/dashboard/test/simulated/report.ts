import type {
  GroupFlow,
  Measure,
  ReportData,
  RunReport,
} from "../../../leeway/src/report/page/report-data.ts";
import { ldamMargins, profileCounts, type ShotGroup } from "../../../leeway/src/imbalance/index.ts";
import {
  type Confusion,
  confusionMatrix,
  expectedCalibrationError,
  topClasses,
} from "../../../leeway/src/metrics/index.ts";
import {
  classesOf,
  confusionOf,
  detectionFor,
  intervalOf,
  marginsOf,
  packedLogits,
  reliabilityOf,
} from "./measures.ts";
import { curveOf, differenceOf } from "./difference.ts";
import { errorsOf } from "./examples.ts";
import { type Scores, simulatedScores } from "./scores.ts";

/** What a simulated report is of. */
export interface SimulatedReport {
  readonly classes: number;
  /** All examples of the test split. */
  readonly examples: number;
  readonly names?: readonly string[];
  readonly noun?: "images" | "rows" | "texts";
  /** A second run, which re-balances. */
  readonly compared?: boolean;
}

const groupNames: readonly ShotGroup[] = ["many", "medium", "few"];

/** A report of simulated scores: its numbers are counted, not made up. */
export function simulatedReport(of: SimulatedReport): ReportData {
  const { classes, compared = false } = of;
  const counts =
    classes === 2
      ? [9_800, 96]
      : profileCounts("longtail", {
          classes,
          max: classes > 200 ? 1280 : 5000 / Math.max(1, classes / 10),
          ratio: classes > 200 ? 256 : 100,
        });
  const tests =
    classes === 2
      ? [of.examples - Math.round(of.examples / 100), Math.round(of.examples / 100)]
      : counts.map(() => Math.round(of.examples / classes));
  const simulate = (strength: number, bias: number): Scores =>
    simulatedScores({ seed: 1, counts, tests, strength, bias });
  const names = of.names ?? counts.map((_, j) => nameOf(j, classes));
  const plain = classes === 2 ? simulate(4.2, 0.45) : simulate(5 + Math.log10(classes), 0.6);
  const first = runOf(plain, { ...of, names, counts, method: "ERM", enforced: null });
  if (!compared)
    return { version: 1, leeway: "0.1.0", createdAt: "2026-11-29T10:00:00Z", runs: [first], differences: [] };
  const balanced = simulate(5.2 + Math.log10(classes), 0.12);
  const enforced = Array.from(ldamMargins(counts, { maxMargin: 2 }));
  const second = runOf(balanced, { ...of, names, counts, method: "LDAM-DRW", enforced });
  return {
    ...{ version: 1, leeway: "0.1.0", createdAt: "2026-11-29T10:00:00Z", runs: [first, second] },
    differences: [differenceOf([plain, balanced], [first, second])],
  };
}

interface RunWords extends SimulatedReport {
  readonly names: readonly string[];
  readonly counts: readonly number[];
  readonly method: string;
  readonly enforced: readonly number[] | null;
}

function runOf(scores: Scores, words: RunWords): RunReport {
  const { names, counts, method, noun = "images", enforced } = words;
  const classes = names.length;
  const predictions = topClasses(scores.logits, classes);
  const confusion = confusionMatrix(scores.labels, predictions, classes);
  const list = classesOf(names, counts, { confusion, scores });
  const pairs = confusionOf(confusion);
  const worst = pairs.pairs[0];
  const all = [...scores.labels.keys()];
  const groups = groupNames.filter((group) => list.some((each) => each.group === group));
  const rare = classes === 2 ? [1] : [...counts.keys()].sort((a, b) => counts[a]! - counts[b]!).slice(0, 12);
  const logits = packedLogits(scores, { runs: words.compared === true ? 2 : 1 });
  const detections = rare.map((label) =>
    detectionFor(scores, label, label === rare[0] && classes === 2 ? 0.05 : undefined),
  );
  return {
    id: `2026-11-29-${method.toLowerCase()}`,
    path: `runs/2026-11-29-${method.toLowerCase()}`,
    title: `${method} on simulated ${noun} (long-tailed, ratio ${Math.round(counts[0]! / Math.min(...counts))}), seed 1`,
    ...{ method, noun, examples: scores.labels.length },
    sentence: worst
      ? `${names[worst.truth]!} is mistaken for ${names[worst.prediction]!} in ${(100 * worst.share).toFixed(0)} %.`
      : "No class is mistaken for another.",
    facts: [
      { label: "Network", value: classes === 2 ? "MLP, 3 layers" : "ResNet-32" },
      { label: "Training examples", value: counts.reduce((sum, n) => sum + n, 0).toLocaleString("en-US") },
      { label: "Epochs", value: "30 of 30; epoch 28 chosen by balanced accuracy on validation" },
      { label: "Calibration", value: "temperature and offsets, fitted on 1,240 validation examples" },
    ],
    notes: [
      "One seed: another would move balanced accuracy by about a point.",
      ...(classes === 2 ? [] : [`${names[rare[0]!]!} has ${counts[rare[0]!]!} training examples.`]),
    ],
    headline: headlineOf(scores, list, detections),
    classes: list,
    confusion: pairs,
    groups: flowOf(
      confusion,
      list.map(({ group }) => group),
      groups,
    ),
    bias:
      classes === 2
        ? { offsets: [...scores.offsets], slope: 0.2, interval: null }
        : biasOf(scores.offsets, counts),
    margins: marginsOf(scores, classes, enforced),
    reliability: [
      reliabilityOf(scores, all, "all"),
      ...groups.map((group) =>
        reliabilityOf(
          scores,
          all.filter((i) => list[scores.labels[i]!]!.group === group),
          group,
        ),
      ),
    ],
    detections,
    ...(logits && { logits }),
    errors: list
      .flatMap((_, j) =>
        errorsOf(scores, predictions, { label: j, noun, max: classes > 200 ? 1 : classes > 20 ? 3 : 12 }),
      )
      .slice(0, 60),
    training: curveOf(method),
    gains: list
      .map(({ recall, trainCount }, label) => {
        const rise = (1 - (recall ?? 0)) * (1 - Math.sqrt(trainCount / (trainCount + 50)));
        return { label, recall: rise, balanced: rise / classes };
      })
      .sort((a, b) => b.balanced - a.balanced)
      .slice(0, 10),
  };
}

function headlineOf(
  scores: Scores,
  list: RunReport["classes"],
  [detection]: RunReport["detections"],
): Measure[] {
  const classes = list.length;
  const mean = (values: readonly (number | null)[]): number =>
    values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
  const balanced = mean(list.map(({ recall }) => recall));
  const worst = list.reduce((a, b) => ((b.recall ?? 1) < (a.recall ?? 1) ? b : a));
  const predictions = topClasses(scores.calibrated, classes);
  const right = scores.labels.filter((y, i) => predictions[i] === y).length / scores.labels.length;
  const measures: Measure[] = [
    {
      name: "balanced accuracy",
      value: balanced,
      interval: intervalOf(balanced, 4000),
      chance: 1 / classes,
      note: "mean over the classes",
    },
    {
      name: "accuracy",
      value: right,
      interval: intervalOf(right, scores.labels.length),
      note: "of all test examples",
    },
    ...groupNames.flatMap((group): Measure[] => {
      const own = list.filter((each) => each.group === group);
      if (own.length === 0) return [];
      const value = mean(own.map(({ recall }) => recall));
      const size = own.reduce((sum, { testCount }) => sum + testCount, 0);
      return [
        {
          name: `${group}-shot`,
          value,
          interval: intervalOf(value, size),
          note: `${own.length} ${own.length === 1 ? "class" : "classes"}`,
        },
      ];
    }),
    { name: "worst class", value: worst.recall, interval: worst.recallInterval, note: worst.name },
  ];
  if (detection !== undefined) {
    const { averagePrecision, positives, negatives, label } = detection;
    measures.push({
      name: "average precision",
      value: averagePrecision,
      interval: intervalOf(averagePrecision, positives),
      chance: positives / (positives + negatives),
      note: `of ${list[label]!.name}, beside its base rate`,
    });
  }
  const error = expectedCalibrationError(scores.calibrated, scores.labels, { classes });
  return [
    ...measures,
    {
      name: "calibration error",
      value: error,
      interval: intervalOf(error, 4000),
      note: "of the highest probability, 15 bins",
    },
  ];
}

function flowOf(
  confusion: Confusion,
  groupOf: readonly ShotGroup[],
  groups: readonly ShotGroup[],
): GroupFlow {
  const counts = groups.map(() => groups.map(() => 0));
  const right = groups.map(() => 0);
  confusion.forEach((row, i) => {
    row.forEach((count, j) => {
      const [from, to] = [groups.indexOf(groupOf[i]!), groups.indexOf(groupOf[j]!)];
      counts[from]![to]! += count;
      if (i === j) right[from]! += count;
    });
  });
  return { groups, counts, right };
}

function biasOf(offsets: readonly number[], counts: readonly number[]): RunReport["bias"] {
  const mean = offsets.reduce((sum, b) => sum + b, 0) / offsets.length;
  const x = counts.map(Math.log);
  const middle = x.reduce((sum, each) => sum + each, 0) / x.length;
  const spread = x.reduce((sum, each) => sum + (each - middle) ** 2, 0);
  const slope = x.reduce((sum, each, j) => sum + (each - middle) * (offsets[j]! - mean), 0) / spread;
  const rest = x.reduce((sum, each, j) => sum + (offsets[j]! - mean - slope * (each - middle)) ** 2, 0);
  const half = 2.1 * Math.sqrt(rest / Math.max(1, x.length - 2) / spread);
  return { offsets: offsets.map((b) => b - mean), slope, interval: [slope - half, slope + half] };
}

function nameOf(j: number, classes: number): string {
  if (classes === 2) return ["legitimate", "fraud"][j]!;
  const ten = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
  if (classes <= 10) return ten[j]!;
  const kinds = [
    "maple",
    "oak",
    "willow",
    "otter",
    "beaver",
    "seal",
    "orchid",
    "tulip",
    "kettle",
    "lamp",
    "tractor",
    "tram",
  ];
  return `${kinds[j % kinds.length]!} ${1 + Math.floor(j / kinds.length)}`;
}
