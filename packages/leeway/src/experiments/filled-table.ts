import {
  type Comparison,
  compareWithPaper,
  finishedRun,
  summarize,
  unseenStage,
  unseenStageNotes,
} from "../analysis/index.ts";
import { methodOf } from "../methods/index.ts";
import type { StoredRun } from "../storage/index.ts";
import { cellRecipe, type Choice, type Experiment, type Place, printedNumber } from "./experiment.ts";

/** A cell of a table with what is known of it: the paper's number, and ours over the seeds. */
export interface FilledCell extends Comparison, Place {
  /** The same of the first five guesses, in tables that print it. */
  readonly topFive?: Comparison;
  /** Seeds that have a finished run. */
  readonly seeds: readonly number[];
  /** Requested seeds that have none. */
  readonly missingSeeds: readonly number[];
  /** The folders of the runs. */
  readonly runs: readonly string[];
  /** Those of the seeds whose chosen epoch came before the method's last stage: their numbers are those without it. */
  readonly unseenStage: readonly number[];
}

/**
 * The wanted part of a table, filled with what finished runs say.
 *
 * @param runs any runs; those of another recipe than the cell's are left out
 */
export function filledTable(
  experiment: Experiment,
  { places, seeds, settings }: Choice,
  runs: readonly StoredRun[],
): FilledCell[] {
  return places.map((place) => {
    const found = seeds.flatMap((seed) => {
      const run = finishedRun(runs, cellRecipe(place, seed, settings));
      return run === undefined ? [] : [{ seed, run }];
    });
    const [row] = summarize(found.map(({ run }) => run));
    const printed = printedNumber(experiment, place);
    const printedFive = printedNumber(experiment, place, { measure: "top-5 error" });
    return {
      ...place,
      ...compareWithPaper(printed, row?.topOneError ?? null),
      ...(experiment.topFive && { topFive: compareWithPaper(printedFive, row?.topFiveError ?? null) }),
      seeds: found.map(({ seed }) => seed),
      missingSeeds: seeds.filter((seed) => found.every((each) => each.seed !== seed)),
      runs: found.map(({ run }) => run.path),
      unseenStage: found
        .filter(({ run: { record, summary } }) => summary && unseenStage(record, summary) !== null)
        .map(({ seed }) => seed),
    };
  });
}

/**
 * How our numbers were made otherwise than the paper's: sentences that belong beside every table of them.
 *
 * @param cells as `filledTable` gives them
 */
export function caveats(
  { epochs: paperEpochs, model: paperModel }: Experiment,
  { settings: { epochs, precision, protocol, model } }: Choice,
  cells: readonly FilledCell[],
): string[] {
  const maxSeeds = Math.max(0, ...cells.map(({ ours }) => ours?.n ?? 0));
  return [
    ...(epochs === paperEpochs
      ? []
      : [
          `Epochs: ours ${epochs}, the paper's ${paperEpochs}. The schedule is scaled, but the numbers are not the same experiment.`,
        ]),
    protocol === "paper"
      ? "Protocol paper: the best epoch on the test set counts, in ours as in the paper's. Both are optimistic."
      : "Protocol honest: ours trains on nine tenths, chooses the epoch on the rest and reads the test set once. The paper's best epoch on the test set is optimistic.",
    ...(model === paperModel ? [] : [`Model: ours ${model}, the paper's ${paperModel}.`]),
    ...(precision === "fp32" ? [] : [`Precision: ours ${precision}, the paper's fp32.`]),
    ...cells.flatMap(({ method, column, unseenStage }) =>
      unseenStageNotes(`${methodOf(method).title} on ${column.title}`, unseenStage),
    ),
    ...(maxSeeds === 1 ? ["One seed: nothing is known of the spread. --seeds 0,1,2 says more."] : []),
    ...(maxSeeds > 1 ? ["± is the standard deviation over seeds (n - 1 in its divisor)."] : []),
    "The paper does not say how many seeds its numbers stand for; reruns of it differ by 0.5 to 3 points.",
  ];
}
