import { basename } from "node:path";
import { unfinishedRuns } from "../analysis/index.ts";
import { findRuns } from "../experiments/index.ts";
import { placementFrom, type Environment } from "../ranks/index.ts";
import type { Recipe } from "../recipe/index.ts";
import { sameRecipe } from "../records/index.ts";
import { usageError } from "./options.ts";

/** A run to go on with. */
export interface EarlierRun {
  readonly path: string;
  /** Whether whoever worked on it has ended: its launcher says that it has started the job anew. */
  readonly isAbandoned: boolean;
}

/**
 * The run that a training goes on with: the newest of its recipe, finished or not, where that was requested; where a
 * launcher has started the job anew that of its name, else the newest that was broken off, since the job is the same.
 * Undefined where a new run is to begin.
 *
 * Which of several runs of a recipe it is does not matter to the result: they all have the same.
 *
 * @throws RunError with code "usage" where the run of that name has another recipe
 */
export function newestRun(
  recipe: Recipe,
  {
    runsDir,
    name,
    continue: requested = false,
    environment,
  }: {
    readonly runsDir: string;
    readonly name?: string | undefined;
    readonly continue?: boolean | undefined;
    readonly environment: Environment;
  },
): EarlierRun | undefined {
  const isAbandoned = (placementFrom(environment)?.attempt ?? 0) > 0;
  if (!requested && !isAbandoned) return undefined;
  const { runs } = findRuns(runsDir);
  const named = runs.filter(({ path }) => name === undefined || isCalled(basename(path), name));
  const same = named.filter(({ record }) => sameRecipe(record.recipe, recipe));
  if (same.length === 0 && name !== undefined && named.length > 0 && requested) {
    const advice = "Give this run another name, or leave out --continue.";
    throw usageError(
      "--continue",
      `${name} to be a run of this recipe`,
      named[0]!.path,
      `It has another. ${advice}`,
    );
  }
  // Without a name a finished run may be of another job.
  const [newest] = (requested || name !== undefined ? same : unfinishedRuns(same, recipe)).sort((a, b) =>
    b.record.createdAt.localeCompare(a.record.createdAt),
  );
  return newest && { path: newest.path, isAbandoned };
}

/** Whether a folder has a run's name, or the name counted up where it was taken: `name-2`. */
function isCalled(folder: string, name: string): boolean {
  return folder === name || (folder.startsWith(`${name}-`) && /^\d+$/.test(folder.slice(name.length + 1)));
}
