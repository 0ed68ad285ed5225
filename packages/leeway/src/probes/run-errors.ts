import { shownProbability, suspectedLabels, topClasses } from "../metrics/index.ts";
import { runScores, type RunScoresOptions, type SplitScores } from "../runs/index.ts";
import { openPredictor } from "./predict.ts";

/** An example that a run gets wrong, or whose label it doubts. */
export interface ErrorExample {
  readonly split: "validation" | "test";
  /** Its position in the split's original files, from 0. */
  readonly id: number;
  readonly label: string;
  /** The method's own decision. */
  readonly prediction: string;
  /** Of its label, and of what stands against it: the prediction, or the class that it rather looks like. */
  readonly labelProbability: number;
  readonly other: string;
  readonly otherProbability: number;
}

/** What a run gets wrong of one class, the worst first. */
export interface ClassErrors {
  readonly name: string;
  /** Held-out examples labelled so, and the wrong ones of them. */
  readonly examples: number;
  readonly wrong: number;
  /** Labelled so, with the highest loss -log p of it. */
  readonly hardest: readonly ErrorExample[];
  /** Taken for this class and labelled otherwise, with the highest probability of it. */
  readonly falseAlarms: readonly ErrorExample[];
  /** Labelled so, but as typical of another class as that one's own examples are. */
  readonly mislabelled: readonly ErrorExample[];
  /** Labelled so, with the two highest probabilities nearest to each other. */
  readonly uncertain: readonly ErrorExample[];
  /** How many there are of these in all. */
  readonly counts: { readonly falseAlarms: number; readonly mislabelled: number };
  /** The probability from which an example is as typical of the class as those labelled so. */
  readonly threshold: number;
}

/** How many examples of a list are kept. */
export interface RunErrorsOptions extends RunScoresOptions {
  /** By default 10. */
  readonly top?: number;
}

/**
 * What a run gets wrong on its validation and test splits, class by class. Its network was not trained on these, but the
 * validation split chose its epoch and calibrated it.
 *
 * @throws RunError as {@link runScores}
 */
export async function runErrors(
  path: string,
  { top = 10, ...options }: RunErrorsOptions = {},
): Promise<readonly ClassErrors[]> {
  const predictor = openPredictor(path);
  const { classNames } = predictor;
  const { validation, test } = await runScores(path, options);
  const parts = [
    ...(validation === null ? [] : [["validation", validation] as const]),
    ["test", test] as const,
  ];
  const joined = joinedScores(parts.map(([, scores]) => scores));
  const classes = classNames.length;
  const probabilities = predictor.probabilitiesOf(joined.logits);
  const lists = errorsIn({ ...joined, probabilities, classes, top });
  const places = parts.flatMap(([split, { ids }]) => Array.from(ids, (id) => ({ split, id })));
  const example = ({ i, other }: Listed): ErrorExample => {
    const label = joined.labels[i]!; // an example of the splits
    const of = (j: number): number => shownProbability(probabilities[i * classes + j]!);
    return {
      ...places[i]!,
      ...{ label: classNames[label]!, prediction: classNames[lists.predicted[i]!]! },
      ...{ labelProbability: of(label), other: classNames[other]!, otherProbability: of(other) },
    };
  };
  return lists.classes.map(({ hardest, falseAlarms, mislabelled, uncertain, ...rest }, j) => ({
    ...{ name: classNames[j]!, ...rest, hardest: hardest.map(example), uncertain: uncertain.map(example) },
    ...{ falseAlarms: falseAlarms.map(example), mislabelled: mislabelled.map(example) },
  }));
}

function joinedScores(parts: readonly SplitScores[]): Pick<SplitScores, "logits" | "labels"> {
  const logits = new Float32Array(parts.reduce((sum, part) => sum + part.logits.length, 0));
  const labels = new Int32Array(parts.reduce((sum, part) => sum + part.labels.length, 0));
  let [at, row] = [0, 0];
  for (const part of parts) {
    logits.set(part.logits, at);
    labels.set(part.labels, row);
    at += part.logits.length;
    row += part.labels.length;
  }
  return { logits, labels };
}

/** An example by its place, and the class that stands against its label. */
interface Listed {
  readonly i: number;
  readonly other: number;
}

interface ListsOfClass {
  readonly examples: number;
  readonly wrong: number;
  readonly hardest: readonly Listed[];
  readonly falseAlarms: readonly Listed[];
  readonly mislabelled: readonly Listed[];
  readonly uncertain: readonly Listed[];
  readonly counts: ClassErrors["counts"];
  readonly threshold: number;
}

interface Scored extends Pick<SplitScores, "logits" | "labels"> {
  readonly probabilities: Float32Array;
  readonly classes: number;
  readonly top: number;
}

/** The lists of every class, each sorted with the worst first, and of equals the first example. */
function errorsIn({ logits, labels, probabilities, classes, top }: Scored): {
  readonly predicted: Int32Array;
  readonly classes: readonly ListsOfClass[];
} {
  const predicted = topClasses(logits, classes);
  const { thresholds, suggested } = suspectedLabels(probabilities, labels, classes);
  const p = (i: number, j: number): number => probabilities[i * classes + j]!;
  const rows = Array.from(labels.keys());
  const sorted = (list: Listed[], key: (each: Listed) => number): Listed[] =>
    list.sort((one, another) => key(another) - key(one) || one.i - another.i).slice(0, top);
  const lists = thresholds.map((threshold, j) => {
    const own = rows.filter((i) => labels[i] === j);
    const alarms = rows.filter((i) => predicted[i] === j && labels[i] !== j);
    const doubted = own.filter((i) => suggested[i]! >= 0);
    const against = (i: number): number => (predicted[i] === j ? nextClass(i) : predicted[i]!);
    const nextClass = (i: number): number => {
      let best = j === 0 ? 1 : 0;
      for (let k = 0; k < classes; k++) if (k !== j && p(i, k) > p(i, best)) best = k;
      return best;
    };
    return {
      ...{ examples: own.length, wrong: own.filter((i) => predicted[i] !== j).length, threshold },
      hardest: sorted(
        own.map((i) => ({ i, other: against(i) })),
        ({ i }) => -p(i, j),
      ),
      falseAlarms: sorted(
        alarms.map((i) => ({ i, other: j })),
        ({ i }) => p(i, j),
      ),
      mislabelled: sorted(
        doubted.map((i) => ({ i, other: suggested[i]! })),
        ({ i, other }) => p(i, other) - p(i, j),
      ),
      uncertain: sorted(
        own.map((i) => ({ i, other: against(i) })),
        ({ i }) => -leadOf(probabilities.subarray(i * classes, (i + 1) * classes)),
      ),
      counts: { falseAlarms: alarms.length, mislabelled: doubted.length },
    };
  });
  return { predicted, classes: lists };
}

/** By how much the highest of an example's probabilities is above the second. */
function leadOf(own: Float32Array): number {
  let [first, second] = [0, 0];
  for (const p of own) {
    if (p > first) [first, second] = [p, first];
    else if (p > second) second = p;
  }
  return first - second;
}
