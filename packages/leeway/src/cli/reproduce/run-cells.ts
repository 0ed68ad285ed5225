import { renderPlan } from "../../report/index.ts";
import { setThreads, TorchError } from "@leeway/torch";
import {
  type Cell,
  cellsOf,
  type Choice,
  earlierSpeed,
  findRuns,
  measuredSpeed,
  type Plan,
  planOf,
  type Speed,
} from "../../experiments/index.ts";
import { type DataFolders, datasetEntry, findDataset } from "../../data/index.ts";
import type { Recipe } from "../../recipe/index.ts";
import { environmentRecord, processorName } from "../../runs/index.ts";
import type { StoredRun } from "../../storage/index.ts";
import type { ComputeOptions } from "../../training/index.ts";
import { interruptible } from "../interruption.ts";
import type { MachineFlags } from "../options/shared.ts";
import { requestedDevice } from "../requested-device.ts";
import { noSweep, runMissing, type SweepEnd } from "./run-missing.ts";

/** Where runs are found and made, and what is shown of it. */
export interface RunFlags extends DataFolders, Pick<MachineFlags, "device" | "nondeterministic"> {
  readonly runsDir: string;
  readonly threads?: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly progress: boolean;
}

/** What there was to do, and what became of it. */
export interface SweepReport {
  /** Before anything was run. */
  readonly plan: Plan;
  readonly speed: Speed | null;
  /** Data sets that are to be trained on and are not on this machine: how to come by each. */
  readonly absent: readonly string[];
  readonly end: SweepEnd;
}

/** Runs what is missing of what is wanted; with `dryRun` it only says what that is. */
export async function runChoice(choice: Choice, flags: RunFlags): Promise<SweepReport> {
  const cells = cellsOf(choice);
  const planned = await planCells(cells, flags);
  const idle = planned.plan.todo.length === 0; // then not even the native part is needed
  return { ...planned, end: idle ? noSweep : await runCells(cells, flags) };
}

/** Looks for what is missing of the cells, and says what it costs where it is to be run. */
export async function planCells(cells: readonly Cell[], flags: RunFlags): Promise<Omit<SweepReport, "end">> {
  useThreads(flags);
  const { runs, faults } = findRuns(flags.runsDir);
  for (const { message } of faults) console.error(`Left out: ${message}`);
  const compute = computeOf(cells, flags);
  const plan = planOf(cells, runs, compute);
  const [first] = plan.todo;
  const speed = first === undefined ? null : await knownSpeed(runs, first.recipe, { ...flags, ...compute });
  const absent = await absentData(plan, flags);
  if (!flags.dryRun && first !== undefined) {
    for (const line of renderPlan(plan, speed)) console.error(line);
  }
  return { plan, speed, absent };
}

/** Where and how all the cells are to be computed, which have one precision. */
function computeOf(cells: readonly Cell[], flags: RunFlags): ComputeOptions {
  const [first] = cells;
  return first === undefined ? {} : requestedDevice(flags, first.recipe.precision);
}

/** Sets the requested threads; where the native part is missing nothing is run that could use them. */
function useThreads({ threads }: RunFlags): void {
  try {
    if (threads !== undefined) setThreads(threads);
  } catch (error) {
    if (!isMissingTorch(error)) throw error;
  }
}

async function absentData({ todo }: Plan, { dataDir }: RunFlags): Promise<string[]> {
  const absent: string[] = [];
  for (const dataset of new Set(todo.map(({ recipe }) => recipe.dataset))) {
    const { files, title } = datasetEntry(dataset);
    if ((await findDataset(files, { dataDir })) === undefined) {
      absent.push(`${title} is not on this machine. ${files.advice}`);
    }
  }
  return absent;
}

/** The name of a table or figure and what it shows. */
export function titleOf({ name, summary }: { readonly name: string; readonly summary: string }): string {
  return `${name}: ${summary}`;
}

/** What there is to run, a line each. */
export function planText(
  { plan, speed, absent }: Omit<SweepReport, "end">,
  more: readonly string[] = [],
): string {
  return [...renderPlan(plan, speed), ...more, ...absent].join("\n");
}

/** A plan and its end for a program. */
export function sweepJson({ plan, speed, absent, end }: SweepReport): Record<string, unknown> {
  const { todo, forks, work, ...counts } = plan;
  return {
    plan: {
      ...counts,
      todo: todo.length,
      forks: forks.map(({ cell, epoch, from }) => ({ ...named(cell), from, epoch })),
      hours: speed && work / speed.examplesPerSecond / 3600,
      speed,
      absent,
    },
    failed: end.failed.map(({ cell, message }) => ({ ...named(cell), message })),
    held: end.held.map(({ cell, file }) => ({ ...named(cell), file })),
  };
}

/** What was left undone, in sentences. */
export function describeEnd({ failed, held }: SweepEnd): string[] {
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

function named({ column, method, seed }: Cell): Record<string, unknown> {
  return { column: column.name, method, seed };
}

/**
 * Runs what is missing of the cells, until it is done or interrupted, and sets the exit code where it is not all done;
 * with `dryRun` nothing.
 */
export async function runCells(cells: readonly Cell[], flags: RunFlags): Promise<SweepEnd> {
  if (flags.dryRun) return noSweep;
  const compute = computeOf(cells, flags);
  if (flags.threads !== undefined) setThreads(flags.threads); // here a missing native part is an error, before data is read
  return interruptible(async ({ signal, exitCode, onDisplay }) => {
    const end = await runMissing(cells, { ...flags, ...compute, signal, onDisplay });
    if (end.failed.length > 0) process.exitCode = 1;
    if (signal.aborted) process.exitCode = exitCode();
    return end;
  });
}

/**
 * How fast a recipe trains here: as earlier runs did, else by a few steps with the threads that are set.
 *
 * Null where there are no such runs and no step can be made: the native part is missing.
 */
async function knownSpeed(
  runs: readonly StoredRun[],
  recipe: Recipe,
  { threads, ...compute }: ComputeOptions & { readonly threads?: number | undefined },
): Promise<Speed | null> {
  const gpu = (compute.device ?? "cpu") === "cpu" ? undefined : environmentRecord(compute).gpu?.name;
  const earlier = earlierSpeed(runs, recipe, { cpu: processorName(), gpu, threads });
  if (earlier !== null) return earlier;
  console.error("No earlier run tells how fast this machine is: measuring a few steps.");
  try {
    return await measuredSpeed(recipe, compute);
  } catch (error) {
    if (isMissingTorch(error)) return null;
    throw error;
  }
}

function isMissingTorch(error: unknown): boolean {
  return error instanceof TorchError && error.code === "missing";
}
