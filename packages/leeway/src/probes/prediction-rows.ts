import type { PreparedInput } from "../data/index.ts";
import { shownProbability } from "../metrics/index.ts";
import type { Classified } from "./predict.ts";

/** One prediction. */
export interface PredictionRow {
  /** "stdin" for lines. */
  readonly file: string;
  /** From 1. */
  readonly row: number;
  /** The predicted class, then those with the highest probabilities, the highest first. */
  readonly top: readonly { readonly class: string; readonly probability: number }[];
}

/**
 * Predictions in the order of the input.
 *
 * @param top how many classes of each are kept
 */
export function* predictionRows(
  { dataset, origin }: PreparedInput,
  { classes: predicted, probabilities }: Classified,
  { classNames, top }: { readonly classNames: readonly string[]; readonly top: number },
): Generator<PredictionRow, void, undefined> {
  const classes = classNames.length;
  const order = classNames.map((_, j) => j);
  for (let i = 0; i < dataset.labels.length; i++) {
    const own = probabilities.subarray(i * classes, (i + 1) * classes);
    const first = predicted[i]!; // a class of every example
    const rest = order.filter((j) => j !== first).sort((a, b) => own[b]! - own[a]! || a - b);
    const best = [first, ...rest.slice(0, top - 1)];
    yield {
      ...origin(i),
      top: best.map((j) => ({ class: classNames[j]!, probability: shownProbability(own[j]!) })), // j is a class
    };
  }
}

/** The header of the CSV: file,row,prediction,probability,prediction_2,probability_2,… */
export function csvHeader(top: number): string {
  const more = Array.from({ length: top - 1 }, (_, i) => `prediction_${i + 2},probability_${i + 2}`);
  return ["file", "row", "prediction,probability", ...more].join(",");
}

/** One line of CSV. */
export function csvLine({ file, row, top }: PredictionRow): string {
  return [quoted(file), row, ...top.flatMap((each) => [quoted(each.class), each.probability])].join(",");
}

/** One line of JSON. */
export function jsonLine({ file, row, top }: PredictionRow): string {
  const [first] = top;
  return JSON.stringify({
    ...{ file, row, prediction: first?.class, probability: first?.probability },
    ...(top.length > 1 && {
      probabilities: Object.fromEntries(top.map((each) => [each.class, each.probability])),
    }),
  });
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
