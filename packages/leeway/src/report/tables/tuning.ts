import type { ChoosingMetric } from "../../records/index.ts";
import { metricText, metricWords } from "../selection-words.ts";
import { type Colors, columnTable } from "../table.ts";
import { percent } from "../words.ts";

/** A deferral that was tried. */
export interface TriedDeferral {
  /** The share of the epochs before the second stage, and the epoch at which that begins, counted from 0. */
  readonly deferAt: number;
  readonly epoch: number;
  /** The metric that chooses, of the best epoch, on the validation split. */
  readonly score: number;
  /** The folder of its run. */
  readonly run: string;
}

/** What a search for a method's options found. */
export interface Tuning {
  readonly method: string;
  /** The metric that chose the deferral. */
  readonly selectBy: ChoosingMetric;
  /** Largest margins and the share of training examples that reach theirs; none where they were not looked for. */
  readonly margins: readonly { readonly maxMargin: number; readonly reached: number }[];
  readonly deferrals: readonly TriedDeferral[];
  /** The options that were looked for, with what was found. */
  readonly chosen: { readonly maxMargin?: number; readonly deferAt?: number };
  /** The folder of a run with these options; null where only margins were looked for, whose runs are short. */
  readonly run: string | null;
}

/** What a search found, for a person: a table for each option, and how to train with what was chosen. */
export function renderTuning(tuning: Tuning, colors: Colors): string {
  const { margins, deferrals, chosen, run, selectBy } = tuning;
  const mark = (is: boolean): string => (is ? "chosen" : "");
  const marginTable = columnTable(
    margins,
    [
      { heading: "largest margin", cell: ({ maxMargin }) => String(maxMargin) },
      { heading: "examples that reach it", cell: ({ reached }) => percent(reached) },
      { heading: "", cell: ({ maxMargin }) => mark(maxMargin === chosen.maxMargin), left: true },
    ],
    { colors },
  );
  const deferralTable = columnTable(
    deferrals,
    [
      { heading: "second stage from epoch", cell: ({ epoch }) => String(epoch + 1) },
      { heading: `${metricWords(selectBy)}, validation`, cell: ({ score }) => metricText(selectBy, score) },
      { heading: "", cell: ({ deferAt }) => mark(deferAt === chosen.deferAt), left: true },
    ],
    { colors },
  );
  return [
    ...(margins.length === 0
      ? []
      : ["Margins, by short runs: the largest that at most 5 % fewer reach", marginTable, ""]),
    ...(deferrals.length === 0 ? [] : ["Deferral", deferralTable, ""]),
    `Train with ${optionWords(chosen)}`,
    ...(run === null ? [] : [`run  ${run}`]),
  ].join("\n");
}

function optionWords({ maxMargin, deferAt }: Tuning["chosen"]): string {
  return [
    ...(maxMargin === undefined ? [] : [`--max-margin ${maxMargin}`]),
    ...(deferAt === undefined ? [] : [`--defer-at ${deferAt}`]),
  ].join(" ");
}
