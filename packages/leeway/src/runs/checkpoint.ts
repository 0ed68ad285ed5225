import {
  decodeSafetensors,
  defaultGeneratorState,
  encodeSafetensors,
  scope,
  setDefaultGeneratorState,
  type Tensor,
  tensor,
} from "@leeway/torch";
import { z } from "zod";
import { RunError } from "../errors.ts";
import { type EpochRecord, parseEpochRecord, parseJson, type RecipeRecord } from "../records/index.ts";
import type { EnvironmentRecord } from "../records/index.ts";
import { type StoredCheckpoint, writeCheckpoint } from "../storage/index.ts";
import type { ChosenEpoch } from "./chosen-epoch.ts";
import type { Position, Session } from "../training/index.ts";
import { fitting, part, sessionState, type SessionState } from "./session-state.ts";

/** The recipe of a run, its data and its environment: they must be the same when it is resumed. */
export interface Setting {
  readonly recipe: RecipeRecord;
  /** Of the examples' ids and labels; see `fingerprint`. */
  readonly fingerprint: string;
  /** Of their inputs; see `dataHash`. */
  readonly contents: string;
  readonly environment: EnvironmentRecord;
}

/** A run between two steps, but for its tensors. */
export interface Progressed {
  readonly position: Position;
  /** The records of the epochs that are over. */
  readonly epochs: readonly EpochRecord[];
  /** Seconds that the run has taken so far. */
  readonly seconds: number;
}

/** A checkpoint as it was read, its tensors still bytes. */
export interface Checkpoint extends Progressed, Omit<SessionState, "tensors"> {
  readonly path: string;
  readonly setting: Setting;
  readonly tensors: Uint8Array;
}

const names = { tensors: "tensors.safetensors", state: "state.json" } as const;

/**
 * Writes everything it takes to go on exactly: weights and batch statistics, what the optimizer remembers, the
 * chosen epoch's weights and the generator's state as safetensors; the position, the metrics and the setting as
 * JSON. All other random numbers follow from the seed, their purpose and the epoch.
 *
 * @returns the checkpoint's name, once it lasts
 * @throws RunError with code "run" if it cannot be written; the older ones are then as they were
 */
export function saveCheckpoint(
  run: string,
  { session, chosen, setting }: { session: Session; chosen: ChosenEpoch; setting: Setting },
  { position, epochs, seconds }: Progressed,
): string {
  const { tensors, ...state } = sessionState(session, chosen);
  const json = { version: 1, position, epochs, seconds, ...state, setting };
  const bytes = scope(() => encodeSafetensors({ ...tensors, ...generators(session) }));
  const best = position.batch === 0 && state.chosen !== null && state.chosen === position.epoch - 1;
  const files = { [names.tensors]: bytes, [names.state]: Buffer.from(`${JSON.stringify(json)}\n`) };
  return writeCheckpoint(run, files, { best });
}

/** The states of the generators that a session draws from: the CPU's, and its GPU's. */
function generators({ device }: Session): Record<string, Tensor> {
  return {
    generator: tensor(defaultGeneratorState()),
    ...(device !== "cpu" && { [gpuGenerator]: tensor(defaultGeneratorState({ device })) }),
  };
}

const gpuGenerator = "gpu-generator";

/**
 * Parses a checkpoint.
 *
 * @throws RunError with code "run" if another version wrote it
 */
export function readCheckpoint({ path, files }: StoredCheckpoint): Checkpoint {
  const parsed = stateSchema.safeParse(parseJson(Buffer.from(files[names.state] ?? []).toString(), path));
  const tensors = files[names.tensors];
  if (!parsed.success || tensors === undefined) {
    const message = `${path}: expected a checkpoint of this version of Leeway, got another. Go on with the one that wrote it.`;
    throw new RunError("run", message, { path, cause: parsed.error });
  }
  const { epochs, setting, ...rest } = parsed.data;
  return {
    ...rest,
    path,
    tensors,
    epochs: epochs.map((epoch) => parseEpochRecord(epoch, path)),
    setting: setting as unknown as Setting, // compared with another as JSON, never trusted
  };
}

/**
 * Puts a session where the checkpoint's stood.
 *
 * @throws RunError with code "run" if it is the state of another network
 */
export function restoreCheckpoint(
  { path, tensors: bytes, steps, chosen: chosenEpoch, epochs }: Checkpoint,
  session: Session,
  chosen: ChosenEpoch,
): void {
  fitting(path, "the state of this run's network, got another", () => {
    scope(() => {
      const { tensors } = decodeSafetensors(bytes);
      const record = chosenEpoch === null ? undefined : epochs[chosenEpoch];
      session.model.loadStateDict(part("model", tensors));
      session.branch?.loadStateDict(part("branch", tensors));
      session.optimizer.loadState({ steps, tensors: part("optimizer", tensors) });
      session.average?.loadState(part("average", tensors));
      chosen.resume(record === undefined ? null : { record, weights: part("chosen", tensors) });
      setDefaultGeneratorState((tensors["generator"] as Tensor).data() as Uint8Array);
      // A run that has moved to another device has none of it.
      const { device } = session;
      const state = device === "cpu" ? undefined : tensors[gpuGenerator];
      if (state !== undefined) setDefaultGeneratorState(state.data() as Uint8Array, { device });
    });
  });
}

const count = z.int().min(0);
const stateSchema = z.strictObject({
  version: z.literal(1),
  position: z.strictObject({
    epoch: count,
    batch: count,
    step: count,
    seen: z.strictObject({
      ...{ examples: count, loss: z.number(), correct: z.number().min(0) },
      gradientNorm: z.number().min(0).exactOptional(), // earlier checkpoints did not sum it
    }),
    seconds: z.number(),
    rollbacks: count,
    skipped: count.default(0), // earlier checkpoints did not count them
  }),
  epochs: z.array(z.unknown()),
  seconds: z.number(),
  steps: count,
  chosen: count.nullable(),
  setting: z.strictObject({
    recipe: z.record(z.string(), z.unknown()),
    fingerprint: z.string(),
    contents: z.string(),
    environment: z.record(z.string(), z.unknown()),
  }),
});
