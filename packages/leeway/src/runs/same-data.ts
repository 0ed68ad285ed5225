import { dataHash } from "../data/index.ts";
import { RunError } from "../errors.ts";
import type { StoredRun } from "../storage/index.ts";
import type { RunData } from "../training/index.ts";

/**
 * Refuses data that are no longer what a run was trained on. Runs of older versions do not say what that was.
 *
 * @throws RunError with code "data" that names the run
 */
export async function requireSameDataHash({ path, record }: StoredRun, data: RunData): Promise<void> {
  const { contents } = record.data;
  if (contents === undefined || contents === (await dataHash(data))) return;
  const message =
    `${path}: expected the data it was trained on, got files of the same names that have changed since. ` +
    "Name another --runs-dir for the new data, or remove the old runs.";
  throw new RunError("data", message, { path });
}
