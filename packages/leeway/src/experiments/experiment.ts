import { type PaperMeasure, paperNumber, type PaperTable } from "../analysis/index.ts";
import type { Keep, TestProfile } from "../catalogue/index.ts";
import type { MethodOptions } from "../methods/index.ts";
import type { ChartSpec, Heading } from "../report/index.ts";
import type { StoredRun } from "../storage/index.ts";
import type { RunData } from "../training/index.ts";
import { type Precision, type Protocol, type Recipe, recipeFor } from "../recipe/index.ts";

/** A column of a table: the data it is about. */
export interface Column {
  /** "cifar10-lt-100": the same in options, records and pages. */
  readonly name: string;
  /** "CIFAR-10, long-tailed, ratio 100". */
  readonly title: string;
  readonly dataset: string;
  readonly profile: Recipe["profile"];
  /** ρ; 1 for data as it is. */
  readonly ratio: number;
  /** How the test set is cut; balanced by default. */
  readonly testProfile?: TestProfile;
  /** What some methods are told of this column, by their names. */
  readonly methodOptions?: Readonly<Record<string, MethodOptions>>;
}

/** What every experiment of the paper is. */
interface Described {
  /** "table2", "fig3". */
  readonly name: string;
  /** One line for lists. */
  readonly summary: string;
}

/** What is made of runs: columns times methods times seeds. */
export interface Runnable extends Described {
  readonly columns: readonly Column[];
  /** The paper's rows, in its order, as names of methods. */
  readonly rows: readonly string[];
  /** Methods that stand for themselves, beside the paper's. */
  readonly rivals: readonly string[];
  readonly model: string;
  /** The paper's length of a run, or ours where it gives none. */
  readonly epochs: number;
}

/** A table whose methods are each tuned by the same small search before they are compared. */
export interface TunedExperiment extends Described {
  readonly kind: "tuned";
  readonly name: PaperTable;
  readonly column: Column;
  /** Classes that are thinned out. */
  readonly keep: Keep;
  /** The classes that the paper's columns are about. */
  readonly classes: { readonly positive: string; readonly negative: string };
  readonly rows: readonly TunedRow[];
}

/** A row of a tuned table. */
export interface TunedRow {
  /** The method's, or another where the network is not the table's. */
  readonly name: string;
  readonly method: string;
  readonly model: string;
  /** The paper's row; null where it has none. */
  readonly paperRow: string | null;
  /** Whether it keeps its own length and arithmetic whatever is requested: a convex problem is solved to its end. */
  readonly solved?: boolean;
}

/** What may be chosen freely when a tuned table is filled, for its networks; by default their own. */
export interface TunedSettings {
  readonly epochs?: number;
  readonly precision?: Precision;
}

/** A table that can be filled. */
export interface Experiment extends Runnable {
  readonly kind: "table";
  readonly name: PaperTable;
  /** Rows that the paper names otherwise, by our names. */
  readonly printedRows?: Readonly<Record<string, string>>;
  /** Whether the paper prints errors of the first five guesses as well. */
  readonly topFive?: boolean;
}

/** A figure that can be drawn, one picture a column; the paper's column is the first. */
export interface FigureExperiment extends Runnable {
  readonly kind: "figure";
  /** What the picture is called. */
  readonly title: string;
  /** Why ours is not the paper's, beside its settings: sentences. */
  readonly notes: readonly string[];
  /** The file that it reads of a run besides its records: `model.safetensors`. */
  readonly reads?: string;
  /** Whether it is made for its own network, and shows one run of each method. */
  readonly oneNetwork?: boolean;
  /** Reads what runs wrote down, measures what they did not, and makes the chart. */
  readonly draw: (request: FigureRequest) => Promise<ChartSpec>;
}

/** Finished runs of a method, a run a seed. */
export interface MethodRuns {
  readonly name: string;
  /** As it is printed. */
  readonly title: string;
  /** At least one. */
  readonly runs: readonly StoredRun[];
}

/** What a picture is drawn from. */
export interface FigureRequest extends Heading {
  /** At least one, in the order of the methods. */
  readonly methods: readonly MethodRuns[];
  /** The data of a run; runs that follow each other on the same examples share it. */
  readonly load: (run: StoredRun) => Promise<RunData>;
  /** Where to compute: "cpu" by default. */
  readonly device?: string | undefined;
  /** Hears what takes long. */
  readonly log: (line: string) => void;
  /** Ends the measuring early, with an AbortError. */
  readonly signal?: AbortSignal | undefined;
}

/** What may be chosen freely when a table is filled; the rest is the paper's. */
export interface Settings {
  readonly epochs: number;
  readonly precision: Precision;
  readonly protocol: Protocol;
  readonly model: string;
}

/** A place in a table. */
export interface Place {
  readonly column: Column;
  /** The name of a method. */
  readonly method: string;
}

/** What of a table is wanted. */
export interface Choice {
  readonly places: readonly Place[];
  readonly seeds: readonly number[];
  readonly settings: Settings;
}

/** One run of a table. */
export interface Cell extends Place {
  readonly seed: number;
  readonly recipe: Recipe;
}

/**
 * The places of a table or figure, column by column.
 *
 * @param columns names of columns; by default all of a table, the first of a figure
 * @param methods names of methods; by default the paper's, in a table those with a number in the column
 */
export function placesOf(
  experiment: Experiment | FigureExperiment,
  { columns, methods }: { readonly columns?: readonly string[]; readonly methods?: readonly string[] } = {},
): Place[] {
  const { kind, columns: every, rows } = experiment;
  const byDefault = kind === "table" ? every : every.slice(0, 1);
  return (
    columns === undefined ? byDefault : every.filter((column) => columns.includes(column.name))
  ).flatMap((column) => {
    const printed = (row: string): boolean =>
      kind === "figure" || printedNumber(experiment, { column, method: row }) !== null;
    return (methods ?? rows.filter(printed)).map((method) => ({ column, method }));
  });
}

/** The number that the paper prints in a place of a table, in per cent; null where it prints none. */
export function printedNumber(
  { name, printedRows = {} }: Experiment,
  { column, method }: Place,
  { measure = "top-1 error" }: { readonly measure?: PaperMeasure } = {},
): number | null {
  return paperNumber(name, { row: printedRows[method] ?? method, column: column.name, measure });
}

/** The recipe of a cell: the paper's, for the column's data, with the settings in place. */
export function cellRecipe(
  { column: { dataset, profile, ratio, testProfile, methodOptions = {} }, method }: Place,
  seed: number,
  settings: Settings,
): Recipe {
  const own = methodOptions[method];
  return recipeFor(dataset, {
    ...{ profile, ratio, method, seed, ...settings },
    ...(testProfile && { testProfile }),
    ...(own && { methodOptions: own }),
  });
}

/**
 * The runs that fill what is wanted of a table.
 *
 * Seed by seed, so that a table broken off early is whole for the first seeds; in the order of the places, so that
 * runs on the same data follow each other.
 *
 * @throws ArgumentError where a recipe is impossible
 */
export function cellsOf({ places, seeds, settings }: Choice): Cell[] {
  return seeds.flatMap((seed) =>
    places.map((place) => ({ ...place, seed, recipe: cellRecipe(place, seed, settings) })),
  );
}
