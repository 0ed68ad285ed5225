import { readRun } from "../storage/index.ts";
import { loadFirstStage, readForkPoint } from "./fork-point.ts";
import { loadRunData } from "./run-data.ts";
import { endSession, startSession } from "../training/index.ts";
import {
  recipeOf,
  requireSameData,
  type StoredSession,
  type StoredSessionOptions,
} from "./stored-session.ts";

/**
 * Reads a run's recipe, its data and its network as it was at the end of the first stage, before the learning rate
 * fell. End the session with `endSession`.
 *
 * @param path the run's folder
 * @throws RunError with code "run" if there is no run, or it kept nothing of its first stage
 * @throws RunError with code "data" if its data is missing, or is not what the run was trained on
 */
export async function openFirstStage(
  path: string,
  { dataDir, data }: StoredSessionOptions = {},
): Promise<StoredSession> {
  const run = readRun(path);
  const recipe = recipeOf(run);
  const point = readForkPoint(run);
  const found = data ?? (await loadRunData(recipe, { dataDir }));
  requireSameData(run, found);
  const session = startSession(recipe, found);
  try {
    loadFirstStage(point, session);
  } catch (cause) {
    endSession(session);
    throw cause;
  }
  return { run, session };
}
