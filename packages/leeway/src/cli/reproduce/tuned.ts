import { type NumberSummary, paperSource } from "../../analysis/index.ts";
import {
  type Cell,
  chosenCells,
  findRuns,
  planOf,
  searchCells,
  shardOf,
  type TunedChoice,
  type TunedExperiment,
  tunedMeasures,
  type TunedResult,
  type TunedRow,
  tunedTable,
} from "../../experiments/index.ts";
import type { Precision, Protocol, Recipe } from "../../recipes/index.ts";
import { namesAmong, usageError } from "../options.ts";
import { colorsFor, counted, renderTable } from "../terminal.ts";
import type { FillFlags } from "./fill.ts";
import { sweepAsked } from "./run-asked.ts";
import { noSweep, type SweepEnd } from "./run-missing.ts";

/** What of a tuned table is wanted, and how. */
export interface TunedFlags extends FillFlags {
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
  const { epochs, precision, seeds = [0] } = flags;
  const settings = { ...(epochs !== undefined && { epochs }), ...(precision && { precision }) };
  const rows = wantedRows(experiment, flags.methods);
  const stages = [
    () => searchCells(experiment, rows, settings),
    () => chosenCells(experiment, rows, { settings, seeds, runs: findRuns(flags.runsDir).runs }),
  ];
  const failed: string[] = [];
  if (!flags.dryRun) {
    for (const cells of stages) {
      const end = await runCells(cells(), flags);
      failed.push(...failureWords(end));
      if (end.interrupted) break;
    }
  }
  const { runs } = findRuns(flags.runsDir);
  const choice = { settings, seeds, runs };
  const todo = planOf(stages[0]!(), runs).todo.length; // the search is the first stage
  const results = tunedTable(experiment, rows, choice);
  const notes = [...caveats(choice), ...(todo > 0 ? [searchNote(todo)] : []), ...failed];
  console.log(
    flags.json
      ? JSON.stringify(jsonOf(experiment, results, { choice, todo, notes }))
      : textOf(experiment, results, { flags, notes }),
  );
}

function wantedRows({ rows }: TunedExperiment, methods: readonly string[] | undefined): readonly TunedRow[] {
  if (methods === undefined) return rows;
  const names = rows.map(({ name }) => name);
  const wanted = namesAmong("--methods", methods, [...names, "all"]);
  return wanted.includes("all") ? rows : rows.filter(({ name }) => wanted.includes(name));
}

/** Runs what is missing of the cells. */
async function runCells(cells: readonly Cell[], flags: TunedFlags): Promise<SweepEnd> {
  const mine = flags.shard === undefined ? cells : shardOf(cells, flags.shard);
  if (planOf(mine, findRuns(flags.runsDir).runs).todo.length === 0) return noSweep;
  return sweepAsked(mine, flags);
}

function failureWords({ failed }: SweepEnd): string[] {
  return failed.map(({ cell, message }) => `Failed: ${cell.method}, seed ${cell.seed}. ${message}`);
}

function caveats({ seeds, settings: { epochs, precision } }: TunedChoice): string[] {
  const asked = [
    ...(epochs === undefined ? [] : [counted(epochs, "epoch", "epochs")]),
    ...(precision ? [precision] : []),
  ];
  return [
    ...(asked.length === 0
      ? []
      : [`Networks: ${asked.join(", ")}. The logistic regression is solved to its end.`]),
    "Learning rate and one more value of every method were chosen on the validation split of seed 0, as many tries for each; the test set had no part in it.",
    "The paper gives neither sizes nor learning rate nor epochs for this table, and does not say how its baselines were tuned.",
    ...(seeds.length === 1 ? ["One seed: nothing is known of the spread. --seeds 0,1,2 says more."] : []),
  ];
}

function searchNote(todo: number): string {
  return `${counted(todo, "run", "runs")} of the search ${todo === 1 ? "is" : "are"} missing: a method without its search has no numbers.`;
}

interface Said {
  readonly choice: TunedChoice;
  readonly todo: number;
  readonly notes: readonly string[];
}

function jsonOf(
  { name, column }: TunedExperiment,
  results: readonly TunedResult[],
  { choice: { settings, seeds }, todo, notes }: Said,
): Record<string, unknown> {
  const rows = results.map(({ row, chosen, ...rest }) => ({ ...row, ...rest, chosen }));
  const unit = "error on the test set, per cent";
  return {
    table: name,
    column: column.name,
    source: paperSource,
    unit,
    settings,
    seeds,
    missing: todo,
    rows,
    caveats: notes,
  };
}

const headings = ["error, %", "positive", "negative", "mean", "paper's mean", "n", "chosen"] as const;

function textOf(
  { name, summary, column }: TunedExperiment,
  results: readonly TunedResult[],
  { flags: { markdown = false }, notes }: { readonly flags: TunedFlags; readonly notes: readonly string[] },
): string {
  const colors = colorsFor(process.stdout);
  const rows = results.map(cellsOf);
  const line = (row: readonly string[]): string => `| ${row.join(" | ")} |`;
  const table = markdown
    ? [line(headings), "| --- | --: | --: | --: | --: | --: | --- |", ...rows.map(line)].join("\n")
    : renderTable([headings.map((each) => colors.dim(each)), ...rows], { right: [1, 2, 3, 4, 5], indent: 2 });
  const title = `${name}: ${summary}`;
  return [
    markdown ? `## ${title}` : colors.bold(title),
    `${markdown ? `### ${column.title}\n` : column.title}\n${table}`,
    notes.map((note) => (markdown ? `- ${note}` : note)).join("\n"),
  ].join("\n\n");
}

function cellsOf({ row, ours, paper, seeds, chosen }: TunedResult): string[] {
  const mean = paper?.["mean error"];
  return [
    row.name,
    ...tunedMeasures.map((measure) => (ours === null ? "–" : spread(ours[measure]))),
    mean === undefined ? "–" : mean.toFixed(2),
    String(seeds.length),
    chosen === null ? "–" : chosenWords(chosen.recipe),
  ];
}

/** `23.10 ± 0.42`: the mean and half of its 95 % interval, where there are several seeds. */
function spread({ mean, interval }: NumberSummary): string {
  return interval === null ? mean.toFixed(2) : `${mean.toFixed(2)} ± ${(interval[1] - mean).toFixed(2)}`;
}

function chosenWords({ schedule, weightDecay, methodOptions }: Recipe): string {
  const { scale, tau } = methodOptions;
  const second =
    scale !== undefined
      ? `scale ${String(scale)}`
      : tau !== undefined
        ? `tau ${String(tau)}`
        : `decay ${weightDecay}`;
  return `lr ${schedule.base}, ${second}`;
}
