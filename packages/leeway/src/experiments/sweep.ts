import type { DataFolders } from "../data/index.ts";
import { finishedRun } from "../analysis/index.ts";
import { recipeText } from "../records/index.ts";
import type { Recipe } from "../recipe/index.ts";
import { type ClaimHolder, type StoredRun, takeClaim } from "../storage/index.ts";
import type { ComputeOptions, RunData } from "../training/index.ts";
import { loadRunData, recordedPreparation, requireSameDataHash } from "../runs/index.ts";
import { type ResumeEvent } from "../runs/index.ts";
import type { Cell } from "./experiment.ts";
import { trunksFirst } from "./forks.ts";
import { runsReader } from "./found-runs.ts";
import { runCell } from "./run-cell.ts";
import { sharing } from "./shared-data.ts";

/** What a sweep says while it goes on. Of each cell it says one of: skipped, held, or run and how that ended. */
export type SweepEvent =
  /** A finished run of it is there. */
  | { readonly kind: "skipped"; readonly cell: Cell; readonly path: string }
  /** Another process is at it. */
  | {
      readonly kind: "held";
      readonly cell: Cell;
      readonly holder: ClaimHolder;
      /** The claim's file. */
      readonly file: string;
    }
  /** What the cell's run says. */
  | { readonly kind: "run"; readonly cell: Cell; readonly event: ResumeEvent }
  /** Its run broke off: the numbers became infinite, or the machine refused. The sweep goes on. */
  | { readonly kind: "failed"; readonly cell: Cell; readonly error: Error };

/** Where a sweep finds and writes its runs, and what it leaves to others. */
export interface SweepOptions extends DataFolders, ComputeOptions {
  /** The folder of all runs: what is finished in it is not run again. */
  readonly runsDir: string;
  /** Ends the sweep in the middle of a run, with what was done of it written, or while data is read. */
  readonly signal?: AbortSignal | undefined;
  /** The command line, for the records. */
  readonly command?: readonly string[];
  /** Reads the data of a recipe. */
  readonly load?: (recipe: Recipe) => Promise<RunData>;
}

/**
 * Runs the cells whose runs are not in the folder yet. A cell whose first stage is that of a run in the folder goes on
 * from there; so that such a run is there, cells that others can go on from come first.
 *
 * It may be killed at any time and started again: finished runs are found by their recipes, and an unfinished one goes
 * on where it stood. Several processes may share a folder: each claims a cell before it runs it, and a claim whose
 * process has died is taken over.
 *
 * @throws RunError with code "data" if the data is missing or damaged, or one's own has changed since a run, TorchError if the native part is missing
 */
export async function* sweep(
  cells: readonly Cell[],
  options: SweepOptions,
): AsyncGenerator<SweepEvent, void, undefined> {
  try {
    yield* sweepOn(cells, options);
  } catch (error) {
    // Stopped while data was read: nothing of it is lost.
    if (!options.signal?.aborted || error !== options.signal.reason) throw error;
  }
}

async function* sweepOn(
  cells: readonly Cell[],
  options: SweepOptions,
): AsyncGenerator<SweepEvent, void, undefined> {
  const { runsDir, signal } = options;
  const readRuns = runsReader(runsDir);
  let { runs } = readRuns();
  const read = (recipe: Recipe): Promise<RunData> =>
    loadRunData(recipe, { ...options, recorded: preparationAmong(runs, recipe) });
  const load = sharing(options.load ?? read);
  for (const cell of trunksFirst(cells)) {
    if (signal?.aborted) return;
    const early = finishedRun(runs, cell.recipe);
    if (early !== undefined) {
      // Files of one's own may have changed under their names.
      if (cell.recipe.source !== undefined) await requireSameDataHash(early, await load(cell.recipe));
      yield { kind: "skipped", cell, path: early.path };
      continue;
    }
    const claim = takeClaim(runsDir, recipeText(cell.recipe));
    if (!claim.taken) {
      yield { kind: "held", cell, holder: claim.holder, file: claim.file };
      continue;
    }
    try {
      ({ runs } = readRuns()); // another process may have finished it since
      const late = finishedRun(runs, cell.recipe);
      if (late === undefined) yield* runCell(cell, runs, { ...options, load });
      else yield { kind: "skipped", cell, path: late.path };
    } finally {
      claim.release();
    }
  }
}

/** How a run of the same custom data read it, so that all of a folder's runs see the same columns. */
function preparationAmong(runs: readonly StoredRun[], { source }: Recipe): unknown {
  if (source === undefined) return undefined;
  const text = recipeText({ source });
  const before = runs.find(
    ({ record }) =>
      record.recipe.source !== undefined && recipeText({ source: record.recipe.source }) === text,
  );
  return before && recordedPreparation(before);
}
