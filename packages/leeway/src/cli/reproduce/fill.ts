import { setThreads } from "@leeway/torch";
import { paperSource } from "../../analysis/index.ts";
import {
  caveats,
  type Cell,
  cellsOf,
  type Choice,
  type Experiment,
  type FilledCell,
  filledTable,
  findRuns,
  type Plan,
  planOf,
  type Shard,
  shardOf,
  type Speed,
} from "../../experiments/index.ts";
import { interruptible } from "../interruption.ts";
import { colorsFor } from "../terminal.ts";
import { jsonFilled, markdownFilled, renderFilled } from "./filled.ts";
import { knownSpeed } from "./speed.ts";
import { noSweep, runMissing, type SweepEnd } from "./run-missing.ts";
import { planWords } from "./words.ts";

/** How a table is filled and shown. */
export interface FillFlags {
  readonly runsDir: string;
  readonly dataDir?: string;
  readonly threads?: number;
  readonly shard?: Shard;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly progress: boolean;
}

/** Runs what is missing of a table, or says what that is, and prints the table as the finished runs fill it. */
export async function fillTable(experiment: Experiment, choice: Choice, flags: FillFlags): Promise<void> {
  const all = cellsOf(choice);
  const cells = flags.shard === undefined ? all : shardOf(all, flags.shard);
  const { runs, faults } = findRuns(flags.runsDir);
  for (const { message } of faults) console.error(`Left out: ${message}`);
  const plan = planOf(cells, runs);
  const [first] = plan.todo;
  const speed = first === undefined ? null : await knownSpeed(runs, first.recipe, flags);
  let end = noSweep;
  if (!flags.dryRun && first !== undefined) {
    for (const line of planWords(plan, speed)) console.error(line);
    end = await sweepAsked(cells, flags);
  }
  const filled = filledTable(experiment, choice, findRuns(flags.runsDir).runs);
  const notes = [...caveats(experiment, choice, filled), ...endWords(end)];
  const outcome = { experiment, choice, plan, speed, end, filled, notes };
  console.log(flags.json ? JSON.stringify(outcomeJson(outcome, flags)) : outcomeText(outcome, flags));
}

/** All that there is to print. */
interface Outcome {
  readonly experiment: Experiment;
  readonly choice: Choice;
  /** Before anything was run. */
  readonly plan: Plan;
  readonly speed: Speed | null;
  readonly end: SweepEnd;
  readonly filled: readonly FilledCell[];
  readonly notes: readonly string[];
}

function outcomeJson(
  { experiment, choice, plan, speed, end, filled, notes }: Outcome,
  { dryRun = false }: FillFlags,
): Record<string, unknown> {
  const { todo, work, ...counts } = plan;
  return {
    table: experiment.name,
    source: paperSource,
    unit: "top-1 error, per cent",
    settings: choice.settings,
    seeds: choice.seeds,
    dryRun,
    plan: { ...counts, todo: todo.length, hours: speed && work / speed.imagesPerSecond / 3600, speed },
    cells: filled.map(jsonFilled),
    failed: end.failed.map(({ cell, message }) => ({ ...named(cell), message })),
    held: end.held.map(({ cell, file }) => ({ ...named(cell), file })),
    caveats: notes,
  };
}

function named({ column, method, seed }: Cell): Record<string, unknown> {
  return { column: column.name, method, seed };
}

function outcomeText(
  { experiment, plan, speed, filled, notes }: Outcome,
  { dryRun = false, markdown = false }: FillFlags,
): string {
  const title = `${experiment.name}: ${experiment.summary}`;
  const colors = colorsFor(process.stdout);
  const nothingToShow = dryRun && filled.every(({ ours }) => ours === null);
  return [
    markdown ? `## ${title}` : colors.bold(title),
    ...(dryRun ? [planWords(plan, speed).join("\n")] : []),
    ...(nothingToShow ? [] : [markdown ? markdownFilled(filled) : renderFilled(filled, colors)]),
    notes.map((note) => (markdown ? `- ${note}` : note)).join("\n"),
  ].join("\n\n");
}

async function sweepAsked(cells: readonly Cell[], flags: FillFlags): Promise<SweepEnd> {
  if (flags.threads !== undefined) setThreads(flags.threads);
  let heard: ((line: string) => void) | undefined;
  const say = (line: string): void => {
    if (heard === undefined) console.error(line);
    else heard(line);
  };
  return interruptible(
    async ({ signal, exitCode }) => {
      const end = await runMissing(cells, { ...flags, signal, heard: (shown) => (heard = shown) });
      if (end.failed.length > 0) process.exitCode = 1;
      if (signal.aborted) process.exitCode = exitCode();
      return end;
    },
    { say },
  );
}

function endWords({ failed, held }: SweepEnd): string[] {
  return [
    ...failed.map(
      ({ cell, message }) => `Failed: ${cell.method} on ${cell.column.name}, seed ${cell.seed}. ${message}`,
    ),
    ...held.map(
      ({ cell, by, file }) =>
        `Left to ${by}: ${cell.method} on ${cell.column.name}, seed ${cell.seed}. Should it be dead, delete ${file}`,
    ),
  ];
}
