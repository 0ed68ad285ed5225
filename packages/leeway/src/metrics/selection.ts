import { balancedAccuracy, worstClassAccuracy } from "./accuracy.ts";
import { confusionMatrix, type Confusion } from "./confusion.ts";
import { type Detection, rankedDetection } from "./detection.ts";
import { macroF1 } from "./f-score.ts";
import { topClasses } from "./ranking.ts";

/** What a selection metric is computed from. */
export interface ScoredSplit {
  /** Logits, [N, K] row by row. */
  readonly scores: Float32Array;
  /** s of the loss, which multiplies them. */
  readonly scale: number;
  /** [N, K] row by row. */
  readonly probabilities: Float32Array;
  /** True classes, length N. */
  readonly labels: ArrayLike<number>;
  /** K */
  readonly classes: number;
  /** n_j of the training data, length K: the rarer of two classes is the positive one. */
  readonly trainCounts: readonly number[];
}

/** A number that chooses an epoch or a recipe, and says which method is better. */
export interface Selection {
  /** As an option and in records: "average-precision", "recall-at-precision=0.9". */
  readonly name: string;
  /** As printed: "average precision". */
  readonly words: string;
  readonly better: "higher" | "lower";
  /** A share of 1, or nats. */
  readonly unit: "share" | "nats";
  /** The only K that it is for; null for any. */
  readonly classes: number | null;
  /** Its value; null where the split has no example of a class that it needs. */
  readonly of: (split: ScoredSplit) => number | null;
  /** How much of it one example decides at most, by the examples of each class: 1 where a class has none. */
  readonly share: (counts: readonly number[]) => number;
}

type Row = Omit<Selection, "name">;

const confusionOf = ({ labels, scores, classes }: ScoredSplit): Confusion =>
  confusionMatrix(labels, topClasses(scores, classes), classes);

const rarest = (counts: readonly number[]): number => Math.max(0, Math.min(...counts));
const ofMean = (counts: readonly number[]): number => 1 / (counts.length * rarest(counts)); // Infinity without one
const ofClass = (counts: readonly number[]): number => 1 / rarest(counts);
const accuracy = { better: "higher", unit: "share", classes: null } as const;

/** Metrics of one number, and those that need another: what follows `=`. */
const rows: Readonly<Record<string, Row>> = {
  "balanced-accuracy": {
    ...accuracy,
    words: "balanced accuracy",
    of: (split) => balancedAccuracy(confusionOf(split)),
    share: ofMean,
  },
  "average-precision": {
    ...accuracy,
    words: "average precision",
    of: macroAveragePrecision,
    share: (counts) => (counts.length === 2 ? ofClass(counts) : ofMean(counts)),
  },
  "macro-f1": { ...accuracy, words: "macro-F1", of: (split) => macroF1(confusionOf(split)), share: ofMean },
  "worst-class": {
    ...accuracy,
    words: "accuracy of the worst class",
    of: (split) => worstClassAccuracy(confusionOf(split)),
    share: ofClass,
  },
  "log-loss": {
    words: "log loss",
    better: "lower",
    unit: "nats",
    classes: null,
    of: logLoss,
    share: (counts) => (rarest(counts) === 0 ? Infinity : 1 / counts.reduce((sum, n) => sum + n, 0)),
  },
};

const rarer = { ...accuracy, classes: 2, share: ofClass } as const;

/** A row for each target in (0, 1]. */
const rowsAt: Readonly<Record<string, (target: number) => Row>> = {
  "recall-at-precision": (target) => ({
    ...rarer,
    words: `recall at a precision of ${target}`,
    of: (split) => bestPoint(split, ({ recall, precision }) => (precision >= target ? recall : 0)),
  }),
  "precision-at-recall": (target) => ({
    ...rarer,
    words: `precision at a recall of ${target}`,
    of: (split) => bestPoint(split, ({ recall, precision }) => (recall >= target ? precision : 0)),
  }),
};

/** The names of all selection metrics, as an option's values. */
export const selectionNames: readonly string[] = [
  ...Object.keys(rows),
  ...Object.keys(rowsAt).map((name) => `${name}=0.9`),
];

/** What chooses where nothing else is requested. */
export const defaultSelection = "balanced-accuracy";

/** The selection metric of a name; undefined where there is none, or its target is not in (0, 1]. */
export function findSelection(name: string): Selection | undefined {
  if (Object.hasOwn(rows, name)) return { name, ...rows[name]! }; // it is there
  const [base = "", text = "", ...rest] = name.split("=");
  const target = text.trim() === "" ? Number.NaN : Number(text);
  if (!Object.hasOwn(rowsAt, base) || rest.length > 0 || !(target > 0 && target <= 1)) return undefined;
  return { name: `${base}=${target}`, ...rowsAt[base]!(target) }; // likewise
}

/**
 * Average precision: of two classes that of finding the rarer one in the training data, of more the mean over the
 * classes of finding each among the others. Examples are ranked by the log-odds of
 * the class.
 *
 * @returns null where fewer than two classes have examples
 */
function macroAveragePrecision(split: ScoredSplit): number | null {
  const { classes, trainCounts } = split;
  const positives = classes === 2 ? [positiveOf(trainCounts)] : Array.from({ length: classes }, (_, j) => j);
  const found = positives.flatMap((label) => {
    const detection = oneAgainstRest(split, label);
    return detection === null ? [] : [detection.averagePrecision];
  });
  return found.length === 0 ? null : found.reduce((sum, value) => sum + value, 0) / found.length;
}

/** The class that is looked for, of two: that with fewer training examples, of equal ones the second. */
export function positiveOf([first = 0, second = 0]: readonly number[]): number {
  return first < second ? 0 : 1;
}

/** How well one class is found among the others; null where one of both sides has no example. */
function oneAgainstRest(split: ScoredSplit, label: number): Detection | null {
  const isPositive = Array.from(split.labels, (each) => each === label);
  if (!isPositive.includes(true) || !isPositive.includes(false)) return null;
  return rankedDetection(
    Float64Array.from(isPositive, (_, i) => logOdds(split, i, label)),
    isPositive,
  );
}

/** s z_j - log Σ_{k≠j} e^{s z_k} of an example: it tells apart what probabilities near 0 and 1 do not. */
function logOdds({ scores, classes, scale }: ScoredSplit, example: number, label: number): number {
  const start = example * classes;
  let top = -Infinity;
  for (let j = 0; j < classes; j++) if (j !== label) top = Math.max(top, scores[start + j]!);
  let sum = 0;
  for (let j = 0; j < classes; j++) if (j !== label) sum += Math.exp(scale * (scores[start + j]! - top));
  return scale * (scores[start + label]! - top) - Math.log(sum);
}

/** The best value over the points of the whole precision-recall curve of the rarer class. */
function bestPoint(
  split: ScoredSplit,
  valueOf: (point: { readonly recall: number; readonly precision: number }) => number,
): number | null {
  const detection = oneAgainstRest(split, positiveOf(split.trainCounts));
  return detection === null ? null : Math.max(0, ...detection.curve.map(valueOf));
}

/** Mean of -log p_y; a probability below 1e-15 counts as that. */
function logLoss({ probabilities, labels, classes }: ScoredSplit): number {
  const losses = Array.from(labels, (y, i) => -Math.log(Math.max(1e-15, probabilities[i * classes + y]!)));
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
