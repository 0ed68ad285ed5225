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

/** Classes that a chart shows, the rarest; of more the others are left out. */
const maxBars = 12;

/** Every class's recall as a bar, the rarest first, with its precision and what it is taken for most often. */
export function classChart(
  { metrics, classNames, trainCounts, examples: noun }: MeasuredSplit,
  { dim }: Colors,
): string[] {
  const { confusion } = metrics;
  if (confusion === undefined) return [];
  const scores = classScores(confusion);
  const name = (label: number): string => shownName(classNames[label] ?? "");
  const byCount = [...trainCounts.keys()].sort((a, b) => trainCounts[a]! - trainCounts[b]! || b - a);
  const rows = byCount.slice(0, maxBars).map((label) => {
    const { precision, recall, examples } = scores[label]!; // of them
    const [other, taken] = commonestError(confusion[label]!, label); // likewise
    const most = taken === 0 ? "" : `${percent(taken / examples, { digits: 0 })} taken for ${name(other)}`;
    return [name(label), count(trainCounts[label]!), bar(recall), percent(recall), percent(precision), most];
  });
  const left = trainCounts.length - rows.length;
  const more = left === 0 ? [] : [dim(`  and ${count(left)} more frequent ones`)];
  const head = ["rarest first", "training", `recall on ${noun}`, "", "precision", ""].map((text) =>
    dim(text),
  );
  return ["", renderTable([head, ...rows], { right: [1, 3, 4], indent: 2 }), ...more];
}

/** The class that examples of another one are taken for most often, and how many. */
function commonestError(row: readonly number[], label: number): readonly [other: number, count: number] {
  const others = row.map((each, j) => (j === label ? -1 : each));
  const most = Math.max(...others);
  return [others.indexOf(most), Math.max(0, most)];
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const cells = 20;

/** A share as a bar of 20 letters, to an eighth of one. */
function bar(share: number | null): string {
  if (share === null) return "";
  const parts = Math.round(8 * cells * share);
  const full = Math.floor(parts / 8);
  return `${"█".repeat(full)}${eighths[parts % 8]!}`.padEnd(cells, "·");
}
