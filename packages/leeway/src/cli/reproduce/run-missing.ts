import type { DataFolders } from "../../data/index.ts";
import type { RunRecord } from "../../records/index.ts";
import { classWeightWords, methodTitle } from "../../report/index.ts";
import { type Cell, sweep, type SweepEvent } from "../../experiments/index.ts";
import type { ComputeOptions } from "../../training/index.ts";
import type { Interruption } from "../interruption.ts";
import { progressMode } from "../terminal.ts";
import {
  dataNotes,
  type RunDisplay,
  runDisplay,
  slowness,
  describeDamage,
  describeResumption,
} from "../run-with-progress.ts";

/** What a sweep left undone. */
export interface SweepEnd {
  /** Whether somebody stopped it. */
  readonly interrupted: boolean;
  readonly failed: readonly { readonly cell: Cell; readonly message: string }[];
  /** Cells that other processes run. */
  readonly held: readonly { readonly cell: Cell; readonly by: string; readonly file: string }[];
}

/** The end of a sweep that had nothing to do. */
export const noSweep: SweepEnd = { failed: [], held: [], interrupted: false };

/** Where runs are written, and what is seen of them. */
export interface MissingRunsOptions extends DataFolders, ComputeOptions {
  readonly runsDir: string;
  readonly progress: boolean;
  readonly signal: AbortSignal;
  readonly onDisplay: Interruption["onDisplay"];
}

/** Runs the cells that have no finished run, showing on stderr how far each is. */
export async function runMissing(cells: readonly Cell[], options: MissingRunsOptions): Promise<SweepEnd> {
  const { runsDir, dataDir, cacheDir, device, reproducible, signal, progress, onDisplay } = options;
  const failed: SweepEnd["failed"][number][] = [];
  const held: SweepEnd["held"][number][] = [];
  let display: RunDisplay | undefined;
  let shown = 0;
  const said = new Set<string>();
  const take = (event: SweepEvent): void => {
    switch (event.kind) {
      case "run":
        if (event.event.kind === "resuming") {
          for (const line of [...describeDamage(event.event), ...describeResumption(event.event)])
            console.error(line);
          return;
        }
        display ??= displayOf(event.cell, {
          place: `${cells.indexOf(event.cell) + 1}/${cells.length}`,
          first: ++shown === 1,
          ...{ said, progress, onDisplay },
        });
        display.show(event.event);
        if (event.event.kind !== "end") return;
        break;
      case "failed":
        failed.push({ cell: event.cell, message: event.error.message });
        break;
      case "held": {
        const { cell, holder, file } = event;
        held.push({ cell, by: `process ${holder.pid} on ${holder.host}`, file });
        return;
      }
      case "skipped":
        return;
    }
    display?.end();
    display = undefined;
  };
  try {
    const command = process.argv.slice(2);
    const where = { runsDir, dataDir, cacheDir, device, reproducible };
    for await (const event of sweep(cells, { ...where, signal, command })) take(event);
  } finally {
    display?.end();
  }
  return { failed, held, interrupted: signal.aborted };
}

function displayOf(
  { recipe, column, seed }: Cell,
  how: Pick<MissingRunsOptions, "progress" | "onDisplay"> & {
    readonly place: string;
    readonly first: boolean;
    /** What was announced of the runs before. */
    readonly said: Set<string>;
  },
): RunDisplay {
  return runDisplay({
    mode: how.progress ? progressMode(process.stderr) : "silent",
    title: `${how.place} ${methodTitle(recipe)}, ${column.name}, seed ${seed}`,
    epochs: recipe.epochs,
    linesEvery: Math.ceil(recipe.epochs / 10),
    announce: (record) => [
      ...(how.first ? [...dataNotes(record), ...slowness(record)] : []),
      ...newWeights(record, how.said),
    ],
    onDisplay: how.onDisplay,
  });
}

/** The class weights of a run's method, where they were not said of a run before: seeds alone differ in none. */
function newWeights({ recipe, data }: RunRecord, said: Set<string>): string[] {
  const lines = classWeightWords(recipe, data).map((words) => `${methodTitle(recipe)}: ${words}`);
  const others = lines.filter((line) => !said.has(line));
  for (const line of others) said.add(line);
  return others;
}
