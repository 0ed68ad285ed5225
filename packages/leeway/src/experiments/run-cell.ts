import { unfinishedRuns } from "../analysis/index.ts";
import { ArgumentError, RunError } from "../errors.ts";
import { runName, type StoredRun } from "../storage/index.ts";
import { environmentRecord, forkRun, type ResumeEvent, resumeRun, runRecipe } from "../runs/index.ts";
import type { Cell } from "./experiment.ts";
import { trunkAmong } from "./forks.ts";
import type { SweepEvent, SweepOptions } from "./sweep.ts";

/**
 * Trains a cell: it goes on with a run that was broken off, else with another run's first stage, else from the start.
 *
 * @param runs that are there, none of them the cell's own finished run
 */
export async function* runCell(
  cell: Cell,
  runs: readonly StoredRun[],
  options: SweepOptions & Required<Pick<SweepOptions, "load">>,
): AsyncGenerator<SweepEvent, void, undefined> {
  try {
    for await (const event of eventsOf(cell, runs, options)) yield { kind: "run", cell, event };
  } catch (error) {
    // Of the recipe's values all were checked: what is out of range now are numbers that came out of the training.
    const ofThisRun = error instanceof ArgumentError || (error instanceof RunError && error.code === "run");
    if (!ofThisRun) throw error;
    yield { kind: "failed", cell, error };
  }
}

async function* eventsOf(
  cell: Cell,
  runs: readonly StoredRun[],
  { load, runsDir, signal, command = [], device = "cpu", reproducible }: Parameters<typeof runCell>[2],
): AsyncGenerator<ResumeEvent, void, undefined> {
  const { recipe } = cell;
  const data = await load(recipe);
  const { threads } = environmentRecord();
  for (const { path } of unfinishedRuns(runs, recipe)) {
    if (yield* resumed(resumeRun(path, { data, signal, device, threads }))) return;
  }
  const how = {
    runsDir,
    name: runName(cell.column.name, `${cell.method}-seed${cell.seed}${foldName(recipe)}`),
    data,
    signal,
    command,
    ...{ device, reproducible },
  };
  const trunk = trunkAmong(runs, recipe, { device, reproducible });
  yield* trunk === undefined
    ? runRecipe(recipe, how)
    : forkRun(trunk.path, { name: recipe.method, options: recipe.methodOptions }, how);
}

/** "-fold2", counted from 1. */
function foldName({ fold }: Cell["recipe"]): string {
  return fold === undefined ? "" : `-fold${fold.index + 1}`;
}

/**
 * What a resumed run says; gives false where it cannot be resumed, before it has said anything: no checkpoint is
 * whole, another process is at it, or the machine, the versions or the threads are others.
 */
async function* resumed(events: AsyncIterable<ResumeEvent>): AsyncGenerator<ResumeEvent, boolean, undefined> {
  let begun = false;
  try {
    for await (const event of events) {
      begun = true;
      yield event;
    }
    return true;
  } catch (error) {
    if (begun || !(error instanceof RunError)) throw error;
    return false;
  }
}
