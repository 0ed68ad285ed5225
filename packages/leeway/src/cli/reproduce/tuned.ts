import { paperSource } from "../../analysis/index.ts";
import {
  type Cell,
  chosenCells,
  expectedCells,
  findRuns,
  planOf,
  searchCells,
  type TunedChoice,
  type TunedExperiment,
  type TunedResult,
  type TunedRow,
  tunedTable,
} from "../../experiments/index.ts";
import type { Precision, Protocol } from "../../recipe/index.ts";
import { counted, missingNotes, renderTuned, renderPage, tunedCaveats } from "../../report/index.ts";
import { namesAmong, usageError } from "../options.ts";
import { colorsFor } from "../terminal.ts";
import {
  describeEnd,
  planCells,
  planText,
  runCells,
  type RunFlags,
  sweepJson,
  type SweepReport,
  titleOf,
} from "./run-cells.ts";
import { noSweep, type SweepEnd } from "./run-missing.ts";

/** What of a tuned table is wanted, and how. */
export interface TunedFlags extends RunFlags {
  readonly columns?: readonly string[];
  readonly methods?: readonly string[];
  readonly seeds?: readonly number[];
  readonly epochs?: number;
  readonly precision?: Precision;
  readonly protocol?: Protocol;
}

/** Searches for every method, then trains what was chosen with every seed, as far as that is not done, and prints it. */
export async function fillTuned(experiment: TunedExperiment, flags: TunedFlags): Promise<void> {
  if (flags.protocol === "paper") {
    throw usageError(
      "--protocol",
      `honest for ${experiment.name}: the search needs a validation split`,
      "paper",
    );
  }
  if (flags.columns) namesAmong("--columns", flags.columns, [experiment.column.name]);
  const { epochs, precision, seeds = [0], runsDir } = flags;
  const settings = { ...(epochs !== undefined && { epochs }), ...(precision && { precision }) };
  const rows = wantedRows(experiment, flags.methods);
  const choice = (): TunedChoice => ({ settings, seeds, runs: findRuns(runsDir).runs });
  const before = choice();
  const cellsOf = (some: readonly TunedRow[]): Cell[] => expectedCells(experiment, some, before);
  const solved = rows.filter((row) => !isNetwork(row));
  const planned = await planCells(cellsOf(rows.filter(isNetwork)), flags);
  const quick = planOf(cellsOf(solved), before.runs);
  const end = await runStages(
    [() => searchCells(experiment, rows, settings), () => chosenCells(experiment, rows, choice())],
    flags,
  );
  const now = choice();
  const results = tunedTable(experiment, rows, now);
  const searching = planOf(searchCells(experiment, rows, settings), now.runs).todo.length;
  const notes = [
    ...tunedCaveats(now.settings, results),
    ...missingNotes(results, searching),
    ...describeEnd(end),
  ];
  const outcome = {
    ...{ experiment, results, choice: now, sweep: { ...planned, end } },
    ...{ quick: quick.todo.length, notes },
  };
  console.log(flags.json ? JSON.stringify(tunedJson(outcome)) : tunedText(outcome, flags));
}

/** All that there is to print. */
interface TunedOutcome {
  readonly experiment: TunedExperiment;
  readonly results: readonly TunedResult[];
  readonly choice: TunedChoice;
  readonly sweep: SweepReport;
  /** Runs of rows that are solved, not trained, which are not done. */
  readonly quick: number;
  readonly notes: readonly string[];
}

function tunedText({ experiment, results, sweep, quick, notes }: TunedOutcome, flags: RunFlags): string {
  const { dryRun = false, markdown = false } = flags;
  const options = { markdown, colors: colorsFor(process.stdout) };
  const solved = `Besides, ${counted(quick, "run", "runs")} of the logistic regression, which take seconds to minutes.`;
  const blocks = [
    ...(dryRun ? [planText(sweep, quick === 0 ? [] : [solved])] : []),
    renderTuned(experiment.column.title, results, options),
  ];
  return renderPage({ title: titleOf(experiment), blocks, notes }, options);
}

function tunedJson({
  experiment: { name, column },
  results,
  choice: { settings, seeds },
  sweep,
  quick,
  notes,
}: TunedOutcome): Record<string, unknown> {
  return {
    ...{ table: name, column: column.name, source: paperSource, unit: "error on the test set, per cent" },
    ...{ settings, seeds, ...sweepJson(sweep), quickRuns: quick },
    rows: results.map(({ row, chosen, ...rest }) => ({ ...row, ...rest, chosen })),
    caveats: notes,
  };
}

/** Runs stage after stage: what is in a stage is known when the one before it is done. */
async function runStages(stages: readonly (() => readonly Cell[])[], flags: TunedFlags): Promise<SweepEnd> {
  let all = noSweep;
  for (const cells of stages) {
    if (all.interrupted) break;
    const wanted = cells();
    if (planOf(wanted, findRuns(flags.runsDir).runs).todo.length === 0) continue;
    const { failed, held, interrupted } = await runCells(wanted, flags);
    all = { failed: [...all.failed, ...failed], held: [...all.held, ...held], interrupted };
  }
  return all;
}

function isNetwork({ solved = false }: TunedRow): boolean {
  return !solved;
}

function wantedRows({ rows }: TunedExperiment, methods: readonly string[] | undefined): readonly TunedRow[] {
  if (methods === undefined) return rows;
  const names = rows.map(({ name }) => name);
  const wanted = namesAmong("--methods", methods, [...names, "all"]);
  return wanted.includes("all") ? rows : rows.filter(({ name }) => wanted.includes(name));
}
