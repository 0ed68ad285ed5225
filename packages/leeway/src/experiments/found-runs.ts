import { RunError } from "../errors.ts";
import { type RecipeRecord, sameRecipe } from "../records/index.ts";
import { listRuns, readRun, type StoredRun } from "../storage/index.ts";

/** What a folder of runs holds. */
export interface FoundRuns {
  readonly runs: readonly StoredRun[];
  /** Runs that cannot be read: damaged, or of another version. They count as not there. */
  readonly faults: readonly RunError[];
}

/** Reads the runs of a folder; empty where it is not there. */
export function findRuns(runsDir: string): FoundRuns {
  const runs: StoredRun[] = [];
  const faults: RunError[] = [];
  for (const path of listRuns(runsDir)) {
    try {
      runs.push(readRun(path));
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      faults.push(error);
    }
  }
  return { runs, faults };
}

/** The first finished run of a recipe; undefined where there is none. */
export function finishedRun(runs: readonly StoredRun[], recipe: RecipeRecord): StoredRun | undefined {
  return runs.find((run) => run.summary?.status === "finished" && sameRecipe(run.record.recipe, recipe));
}

/** The runs of a recipe that were broken off, or go on elsewhere. */
export function unfinishedRuns(runs: readonly StoredRun[], recipe: RecipeRecord): StoredRun[] {
  return runs.filter((run) => run.summary?.status !== "finished" && sameRecipe(run.record.recipe, recipe));
}
