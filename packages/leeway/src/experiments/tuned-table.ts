import {
  type NumberSummary,
  type PaperMeasure,
  paperNumber,
  summaryOf,
  finishedRun,
} from "../analysis/index.ts";
import type { Recipe } from "../recipe/index.ts";
import type { StoredRun } from "../storage/index.ts";
import type { Cell, TunedExperiment, TunedRow, TunedSettings } from "./experiment.ts";
import { candidatesOf, type Chosen, chosenOf } from "./tuning.ts";

/** The seed of the search. The other seeds take over what was chosen with this one. */
const searchSeed = 0;

/** What is printed of every row, in the paper's order. */
export const tunedMeasures = ["positive error", "negative error", "mean error"] as const;

/** A row with what is known of it. */
export interface TunedResult {
  readonly row: TunedRow;
  /** Null while the search is not over. */
  readonly chosen: Chosen | null;
  /** Seeds that have a finished run of what was chosen. */
  readonly seeds: readonly number[];
  /** Requested seeds that have none. */
  readonly missingSeeds: readonly number[];
  readonly runs: readonly string[];
  /** Per cent on the test set, by measure; null without a run. */
  readonly ours: Readonly<Record<(typeof tunedMeasures)[number], NumberSummary>> | null;
  /** Per cent, by measure; null where the paper has no such row. */
  readonly paper: Readonly<Partial<Record<PaperMeasure, number>>> | null;
}

/** The runs of the search: every candidate of every row. */
export function searchCells(
  experiment: TunedExperiment,
  rows: readonly TunedRow[],
  settings: TunedSettings,
): Cell[] {
  return rows.flatMap((row) =>
    candidates(experiment, row, settings).map((recipe) => cell(experiment, row, recipe)),
  );
}

/** The runs of what was chosen, seed by seed; none for a row whose search is not over. */
export function chosenCells(
  experiment: TunedExperiment,
  rows: readonly TunedRow[],
  { settings, seeds, runs }: TunedChoice,
): Cell[] {
  const chosen = rows.flatMap((row) => {
    const found = chosenOf(candidates(experiment, row, settings), runs);
    return found === null ? [] : [{ row, recipe: found.recipe }];
  });
  return seeds.flatMap((seed) => chosen.map(({ row, recipe }) => cell(experiment, row, { ...recipe, seed })));
}

/**
 * The runs of search and seeds as far as they can be told beforehand: where a search is not over, its first candidate
 * stands for what it will choose.
 */
export function expectedCells(
  experiment: TunedExperiment,
  rows: readonly TunedRow[],
  { settings, seeds, runs }: TunedChoice,
): Cell[] {
  const others = seeds.filter((seed) => seed !== searchSeed);
  const later = rows.flatMap((row) => {
    const tried = candidates(experiment, row, settings);
    const recipe = chosenOf(tried, runs)?.recipe ?? tried[0]!; // a search has candidates
    return others.map((seed) => cell(experiment, row, { ...recipe, seed }));
  });
  return [...searchCells(experiment, rows, settings), ...later];
}

/** What is looked for among which runs. */
export interface TunedChoice {
  readonly settings: TunedSettings;
  readonly seeds: readonly number[];
  readonly runs: readonly StoredRun[];
}

/** The table as the finished runs fill it. */
export function tunedTable(
  experiment: TunedExperiment,
  rows: readonly TunedRow[],
  { settings, seeds, runs }: TunedChoice,
): TunedResult[] {
  return rows.map((row) => {
    const chosen = chosenOf(candidates(experiment, row, settings), runs);
    const found = seeds.flatMap((seed) => {
      const run = chosen && finishedRun(runs, { ...chosen.recipe, seed });
      return run ? [{ seed, run }] : [];
    });
    const finished = found.map(({ run }) => run);
    return {
      row,
      chosen,
      seeds: found.map(({ seed }) => seed),
      missingSeeds: seeds.filter((seed) => found.every((each) => each.seed !== seed)),
      runs: finished.map(({ path }) => path),
      ours: finished.length === 0 ? null : errorsOf(experiment, finished),
      paper: paperRow(experiment, row),
    };
  });
}

function candidates(
  { column, keep }: TunedExperiment,
  { method, model, solved = false }: TunedRow,
  settings: TunedSettings,
): Recipe[] {
  const { dataset, profile } = column;
  const own = { profile, keep, method, model, seed: searchSeed };
  return candidatesOf(dataset, solved ? own : { ...own, ...settings });
}

function cell({ column }: TunedExperiment, { method }: TunedRow, recipe: Recipe): Cell {
  return { column, method, seed: recipe.seed, recipe };
}

function errorsOf(
  { classes: { positive, negative } }: TunedExperiment,
  runs: readonly StoredRun[],
): Record<(typeof tunedMeasures)[number], NumberSummary> {
  const error = (accuracy: (run: StoredRun) => number): NumberSummary =>
    summaryOf(runs.map((run) => 100 * (1 - accuracy(run))));
  // A finished run has a test, and the test set has examples of every class.
  const ofClass = (name: string) =>
    error(({ record, summary }) => summary!.test!.perClass[record.data.classNames.indexOf(name)]!);
  return {
    "positive error": ofClass(positive),
    "negative error": ofClass(negative),
    "mean error": error(({ summary }) => summary!.test!.balancedAccuracy!),
  };
}

function paperRow({ name, column }: TunedExperiment, { paperRow: row }: TunedRow): TunedResult["paper"] {
  if (row === null) return null;
  return Object.fromEntries(
    tunedMeasures.flatMap((measure) => {
      const printed = paperNumber(name, { row, column: column.name, measure });
      return printed === null ? [] : [[measure, printed]];
    }),
  );
}
