import { type RecipeRecord, sameRecipe } from "../records/index.ts";
import type { RecordedRun } from "./summarize.ts";

/** The first finished run of a recipe; undefined where there is none. */
export function finishedRun<Run extends RecordedRun>(
  runs: readonly Run[],
  recipe: RecipeRecord,
): Run | undefined {
  return runs.find((run) => run.summary?.status === "finished" && sameRecipe(run.record.recipe, recipe));
}

/** The runs of a recipe that were broken off, or go on elsewhere. */
export function unfinishedRuns<Run extends RecordedRun>(runs: readonly Run[], recipe: RecipeRecord): Run[] {
  return runs.filter((run) => run.summary?.status !== "finished" && sameRecipe(run.record.recipe, recipe));
}
