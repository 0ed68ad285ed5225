import { join } from "node:path";
import { RunError } from "../errors.ts";
import { readRun } from "../storage/index.ts";
import { endSession } from "../training/index.ts";
import { modelFile } from "./finalize.ts";
import { openSession, readWeights, type StoredSessionOptions } from "./open-session.ts";
import { evaluateSplits, readScoresFile, type RunScores, scoresFile } from "./scores.ts";

/** Where the data of a run is, should it have to be read, and what ends that early. */
export interface RunScoresOptions extends StoredSessionOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The scores of a run on its validation and test splits: those in its folder where they are of its weights; else, as for
 * runs of older versions and for splits too large to be kept, its data is read and its network evaluated.
 *
 * @param path the run's folder, or the link `latest`
 * @throws RunError with code "run" if there is no run, or it kept no network
 * @throws RunError with code "data" if its data is needed and missing, or is not what the run was trained on
 */
export async function runScores(path: string, options: RunScoresOptions = {}): Promise<RunScores> {
  const { record } = readRun(path);
  const model = readWeights(join(path, modelFile)).bytes;
  const kept = readScoresFile(join(path, scoresFile), { model, data: record.data });
  if (kept !== null) return kept;
  const { session } = await openSession(path, options).catch((cause: unknown) => {
    throw withoutScores(path, cause);
  });
  try {
    return await evaluateSplits(session, options);
  } finally {
    endSession(session);
  }
}

function withoutScores(path: string, cause: unknown): unknown {
  if (!(cause instanceof RunError && cause.code === "data")) return cause;
  const message =
    `${path}: expected ${scoresFile} of its weights, or the data it was trained on to make them, got neither. ` +
    `${cause.message} Put the data back or train the run again, which keeps its scores.`;
  return new RunError("data", message, { path, cause });
}
