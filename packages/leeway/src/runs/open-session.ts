import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeSafetensors, scope } from "@leeway/torch";
import { ArgumentError, RunError } from "../errors.ts";
import { type Recipe, recipeFor } from "../recipe/index.ts";
import { readRun, type StoredRun } from "../storage/index.ts";
import { type Session, startSession } from "../training/index.ts";
import { modelFile } from "./finalize.ts";
import { loadFirstStage, readForkPoint } from "./fork-point.ts";
import { type DataOptions, loadRunData, requireSameExamples } from "./run-data.ts";
import { fitting } from "./session-state.ts";
import { recordedPreparation } from "./stored-preparation.ts";

/** A trained run made real again: its records, its data and its network with the weights that were kept. */
export interface StoredSession {
  readonly run: StoredRun;
  readonly session: Session;
}

/** Where a trained run's data comes from, and where to compute. */
export interface StoredSessionOptions extends DataOptions {
  /** "cpu" by default. */
  readonly device?: string | undefined;
}

/**
 * Reads a run folder, its recipe's data and its network. End the session with `endSession`.
 *
 * @param path the run's folder, or the link `latest`
 * @throws RunError with code "run" if there is no run, it kept no network, or its records and weights do not fit
 * @throws RunError with code "data" if its data is missing, or is not what the run was trained on
 */
export async function openSession(path: string, options: StoredSessionOptions = {}): Promise<StoredSession> {
  const run = readRun(path);
  const weights = readWeights(join(path, modelFile));
  return opened(run, options, (session) => {
    loadWeights(session, weights);
  });
}

/**
 * As {@link openSession}, with the network as it was at the end of the first stage, before the learning rate fell.
 *
 * @throws RunError with code "run" also where the run kept nothing of its first stage
 */
export async function openFirstStage(
  path: string,
  options: StoredSessionOptions = {},
): Promise<StoredSession> {
  const run = readRun(path);
  const point = readForkPoint(run);
  return opened(run, options, (session) => {
    loadFirstStage(point, session);
  });
}

async function opened(
  run: StoredRun,
  { data: read, device, ...folders }: StoredSessionOptions,
  load: (session: Session) => void,
): Promise<StoredSession> {
  const recipe = recipeOf(run);
  const data = read ?? (await loadRunData(recipe, { ...folders, recorded: recordedPreparation(run) }));
  requireSameExamples(run, data);
  return { run, session: startSession(recipe, data, { device, load }) };
}

/** The recipe in a run's record, checked like a new one. */
export function recipeOf({ path, record }: StoredRun): Recipe {
  const { dataset, momentum, ...rest } = record.recipe;
  try {
    // recipeFor checks the names a record leaves open. It would refuse a momentum beside Adam, which old runs may have.
    return { ...recipeFor(dataset, rest), momentum };
  } catch (cause) {
    if (!(cause instanceof ArgumentError)) throw cause;
    const message = `${path}: expected a recipe that this version knows, got another. ${cause.message}`;
    throw new RunError("run", message, { path, cause });
  }
}

/** The file of a network's weights. */
interface WeightsFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads the file of a run's network.
 *
 * @throws RunError with code "run" if it is not there
 */
export function readWeights(path: string): WeightsFile {
  try {
    return { path, bytes: readFileSync(path) };
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? "no such file" : code;
    const message = `${path}: expected the network of a run that has ended, got ${got}. Wait for its end, or train it again.`;
    throw new RunError("run", message, { path, cause });
  }
}

/**
 * Puts weights into a session's network.
 *
 * @throws RunError with code "run" if they are those of another network
 */
export function loadWeights({ model }: Pick<Session, "model">, { path, bytes }: WeightsFile): void {
  fitting(path, "the weights of the run's network, got others", () => {
    scope(() => {
      model.loadStateDict(decodeSafetensors(bytes).tensors);
    });
  });
}
