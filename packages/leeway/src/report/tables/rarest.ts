import { classScores, type Metrics } from "../../metrics/index.ts";
import { rarestClasses } from "../class-results.ts";
import { type Colors, renderTable } from "../table.ts";
import { count, percent, shownName } from "../words.ts";

/** A model's metrics on a split, and what its classes and examples are called. */
export interface MeasuredSplit {
  readonly metrics: Metrics;
  readonly classNames: readonly string[];
  /** n_j of the training examples, which say what is rare. */
  readonly trainCounts: readonly number[];
  /** "test rows". */
  readonly examples: string;
}

/** Of two classes: what the predictions of the rarer one are worth, as rows of a table. */
export function rarerRows(split: MeasuredSplit): [name: string, value: string, note: string][] {
  const { metrics, classNames, trainCounts, examples: noun } = split;
  const [label] = rarestClasses(trainCounts, 1);
  if (trainCounts.length !== 2 || label === undefined || metrics.confusion === undefined) return [];
  const { examples, predicted, precision, recall, f1 } = classScores(metrics.confusion)[label]!; // of two
  const right = count(metrics.confusion[label]![label]!); // likewise
  const of = `of "${shownName(classNames[label] ?? "")}"`;
  return [
    ["precision", percent(precision), `${of}: ${right} of ${count(predicted)} predicted`],
    ["recall", percent(recall), `${of}: ${right} of ${count(examples)} ${noun}`],
    ["F1", percent(f1), of],
  ];
}

/** Of more than two classes: a table of what the predictions of the three rarest are worth. */
export function rarestTable(
  { metrics, classNames, trainCounts, examples: noun }: MeasuredSplit,
  { dim }: Colors,
): string[] {
  if (trainCounts.length === 2 || metrics.confusion === undefined) return [];
  const scores = classScores(metrics.confusion);
  const rows = rarestClasses(trainCounts, 3).map((label) => {
    const { precision, recall, f1, examples } = scores[label]!; // of them
    const name = shownName(classNames[label] ?? "");
    return [name, percent(precision), percent(recall), percent(f1), count(examples)];
  });
  if (rows.length === 0) return [];
  const head = ["rarest classes", "precision", "recall", "F1", noun].map((text) => dim(text));
  return ["", renderTable([head, ...rows], { right: [1, 2, 3, 4], indent: 2 })];
}
