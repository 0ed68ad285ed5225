import { renderFilled, renderPage } from "../../report/index.ts";
import { paperSource } from "../../analysis/index.ts";
import {
  caveats,
  type Choice,
  type Experiment,
  type FilledCell,
  filledTable,
  findRuns,
} from "../../experiments/index.ts";
import { colorsFor } from "../terminal.ts";
import {
  describeEnd,
  planText,
  runChoice,
  type RunFlags,
  sweepJson,
  type SweepReport,
  titleOf,
} from "./run-cells.ts";

/** Runs what is missing of a table, or says what that is, and prints the table as the finished runs fill it. */
export async function fillTable(experiment: Experiment, choice: Choice, flags: RunFlags): Promise<void> {
  const sweep = await runChoice(choice, flags);
  const filled = filledTable(experiment, choice, findRuns(flags.runsDir).runs);
  const notes = [...caveats(experiment, choice, filled), ...describeEnd(sweep.end)];
  const outcome = { experiment, choice, sweep, filled, notes };
  console.log(flags.json ? JSON.stringify(outcomeJson(outcome, flags)) : outcomeText(outcome, flags));
}

/** All that there is to print. */
interface Outcome {
  readonly experiment: Experiment;
  readonly choice: Choice;
  readonly sweep: SweepReport;
  readonly filled: readonly FilledCell[];
  readonly notes: readonly string[];
}

function outcomeJson(
  { experiment, choice, sweep, filled, notes }: Outcome,
  { dryRun = false }: RunFlags,
): Record<string, unknown> {
  return {
    table: experiment.name,
    source: paperSource,
    unit: "top-1 error, per cent",
    settings: choice.settings,
    seeds: choice.seeds,
    dryRun,
    ...sweepJson(sweep),
    cells: filled.map(({ column, ...cell }) => ({ column: column.name, ...cell })),
    caveats: notes,
  };
}

function outcomeText({ experiment, sweep, filled, notes }: Outcome, flags: RunFlags): string {
  const { dryRun = false, markdown = false } = flags;
  const options = { markdown, colors: colorsFor(process.stdout) };
  const nothingToShow = dryRun && filled.every(({ ours }) => ours === null);
  const blocks = [
    ...(dryRun ? [planText(sweep)] : []),
    ...(nothingToShow ? [] : [renderFilled(filled, options)]),
  ];
  return renderPage({ title: titleOf(experiment), blocks, notes }, options);
}
