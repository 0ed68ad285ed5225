import type { KeptColumn, PreparedInput } from "../data/index.ts";
import { shownProbability } from "../metrics/index.ts";
import { type Classified, decisionOf } from "../inference/index.ts";
import { predictionColumns, type PredictionForm } from "./prediction-columns.ts";

/** One prediction. */
export interface PredictionRow {
  /** "stdin" for lines. */
  readonly file: string;
  /** From 1. */
  readonly row: number;
  /** Columns of the input, as text; null where missing. */
  readonly kept: readonly (string | null)[];
  /** The predicted class, then those with the highest probabilities, the highest first. */
  readonly top: readonly { readonly class: string; readonly probability: number }[];
  /** What the run's decision gives, null where it abstains; undefined where it has no column. */
  readonly decision: string | null | undefined;
  /** Whether it abstains, and the set of classes; undefined where they have no column. */
  readonly abstained: boolean | undefined;
  readonly set: readonly string[] | undefined;
  /** Of every class, in the classes' order; empty where they are not written. */
  readonly probabilities: readonly number[];
}

/** Predictions in the order of the input, or that of the form. */
export function* predictionRows(
  { dataset, origin }: Pick<PreparedInput, "dataset" | "origin">,
  classified: Classified,
  { classNames, top, everyClass, kept, order: places }: PredictionForm,
): Generator<PredictionRow, void, undefined> {
  const { classes: predicted, probabilities } = classified;
  const classes = classNames.length;
  const order = classNames.map((_, j) => j);
  for (let place = 0; place < dataset.labels.length; place++) {
    const i = places?.[place] ?? place;
    const own = probabilities.subarray(i * classes, (i + 1) * classes);
    const first = predicted[i]!; // a class of every example
    const rest = top === 1 ? [] : order.filter((j) => j !== first).sort((a, b) => own[b]! - own[a]! || a - b);
    const best = [first, ...rest.slice(0, top - 1)];
    yield {
      ...origin(i),
      kept: kept.map(({ values }) => values[i] ?? null),
      top: best.map((j) => ({ class: classNames[j]!, probability: shownProbability(own[j]!) })), // j is a class
      ...{ decision: undefined, abstained: undefined, set: undefined },
      ...decisionOf(classified, i, classNames),
      probabilities: everyClass ? Array.from(own, shownProbability) : [],
    };
  }
}

/** The header of the CSV. */
export function csvHeader(form: PredictionForm): string {
  return predictionColumns(form)
    .map(({ name }) => quoted(name))
    .join(",");
}

/** One line of CSV, of the columns of {@link predictionColumns}. */
export function csvLine({ file, row, kept, top, probabilities, ...decided }: PredictionRow): string {
  const texts = kept.map((value) => (value === null ? "" : value === "" ? '""' : quoted(value)));
  const ranked = top.flatMap((each, i) => [
    quoted(each.class),
    each.probability,
    ...(i === 0 ? decisionCells(decided) : []),
  ]);
  return [quoted(file), row, ...texts, ...ranked, ...probabilities].join(",");
}

/**
 * One line of JSON. `probabilities` are those of every class, in an object, where they are written; else of the ranked
 * classes, where there are several.
 */
export function jsonLine(
  { file, row, kept, top, decision, abstained, set, probabilities }: PredictionRow,
  { classNames, everyClass, kept: columns }: PredictionForm,
): string {
  const [first] = top;
  const passedOn = columns.map(
    (column, i) => `${JSON.stringify(column.name)}:${json(kept[i] ?? null, column)}`,
  );
  const all = everyClass
    ? classNames.map((name, j) => [name, probabilities[j]] as const)
    : top.map((each) => [each.class, each.probability] as const);
  const own = JSON.stringify({
    ...{ prediction: first?.class, probability: first?.probability },
    ...{ decision, abstained, set }, // undefined has no place in JSON
    ...((everyClass || top.length > 1) && { probabilities: Object.fromEntries(all) }),
  });
  const place = JSON.stringify({ file, row }).slice(1, -1);
  return `{${[place, ...passedOn, own.slice(1, -1)].join(",")}}`;
}

/** The cells of a decision. A set is its classes with | between them; one in a name has a backslash before it. */
function decisionCells({
  decision,
  abstained,
  set,
}: Pick<PredictionRow, "decision" | "abstained" | "set">): string[] {
  if (decision === undefined) return [];
  const cells = [decision === null ? "" : quoted(decision)];
  if (set === undefined) return cells;
  const text = set.map((name) => name.replace(/[\\|]/g, "\\$&")).join("|");
  return [...cells, String(abstained), text === "" ? '""' : quoted(text)];
}

/** A kept value as JSON has it: numbers with all their digits, and JSON itself as it is. */
function json(value: string | null, { type }: Pick<KeptColumn, "type">): string {
  if (value === null) return "null";
  const isNumber = type !== "VARCHAR" && /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(value);
  const isPlain = type === "JSON" || (type === "BOOLEAN" && /^(true|false)$/.test(value));
  return isNumber || isPlain ? value : JSON.stringify(value);
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
