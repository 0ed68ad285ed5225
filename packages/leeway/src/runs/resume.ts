import { realpathSync } from "node:fs";
import { type distributed, setThreads, threads as currentThreads } from "@leeway/torch";
import { fingerprint } from "../data/index.ts";
import { RunError } from "../errors.ts";
import type { RunRecord, Summary } from "../records/index.ts";
import {
  type DamagedCheckpoint,
  lockRun,
  newestCheckpoint,
  openRunFolder,
  readRun,
  removeCheckpoints,
  removeDamaged,
  type StoredRun,
} from "../storage/index.ts";
import type { Position } from "../training/index.ts";
import { type Checkpoint, readCheckpoint, restoreCheckpoint, type Setting } from "./checkpoint.ts";
import { allowedChanges, type Change, changesBetween, changeText } from "./changes.ts";
import { environmentRecord } from "./environment.ts";
import { estimate } from "./estimate.ts";
import { recipeOf } from "./open-session.ts";
import { recordedPreparation } from "./stored-preparation.ts";
import { type DataOptions, hashOf, loadRunData } from "./run-data.ts";
import { requireSameRun } from "./same-run.ts";
import { type RunEvent, type TrainingOptions, trainRun, withSession } from "./train-run.ts";

/** The events of a resumed run: from where it goes on, then those of any run. */
export type ResumeEvent =
  | {
      readonly kind: "resuming";
      readonly position: Position;
      /** Newer checkpoints that were damaged, and are now removed. */
      readonly damaged: readonly DamagedCheckpoint[];
      /** What has changed since, and was allowed. */
      readonly changes: readonly string[];
    }
  | RunEvent;

/** Where a run goes on. */
export interface ResumeOptions extends TrainingOptions, DataOptions {
  /** Where to compute; by default as before. */
  readonly device?: string | undefined;
  /** By default as many as before: their number decides the last bits of sums. */
  readonly threads?: number | undefined;
  /** Goes on in a changed environment, which is recorded. */
  readonly allowChange?: boolean | undefined;
  /** Takes the run from a process of another host, which is known to be dead. */
  readonly takeOver?: boolean | undefined;
  /** The processes that go on with it together, of which each reads the run's folder; by default this one by itself. */
  readonly group?: distributed.ProcessGroup | null | undefined;
}

/**
 * Goes on with a run that was interrupted or killed, at the very step of its newest whole checkpoint. What comes out,
 * weights, metrics and summary, is bit by bit that of a run that was never stopped; clocks apart.
 *
 * A finished run is not changed, and its summary returned.
 *
 * @param path the run's folder, or the link `latest`
 * @throws the signal's reason where it comes while the data is read
 * @throws RunError with code "run" if there is no run, another process is at it, no checkpoint is whole, or the
 *   environment has changed; with code "usage" if recipe or data have
 */
export async function* resumeRun(
  path: string,
  options: ResumeOptions = {},
): AsyncGenerator<ResumeEvent, Summary, undefined> {
  const stored = readRun(path);
  if (stored.summary?.status === "finished") {
    const { record, summary } = stored;
    if (isWriter(options)) removeCheckpoints(stored.path); // it may have been killed just before it did
    yield { kind: "end", folder: stored.path, record, summary };
    return summary;
  }
  const place = realpathSync(path); // `latest` may soon point elsewhere
  const unlock = isWriter(options)
    ? lockRun(place, { takeOver: options.takeOver ?? false })
    : () => undefined;
  try {
    return yield* resumeLocked(readRun(place), options);
  } finally {
    unlock();
  }
}

async function* resumeLocked(
  stored: StoredRun,
  options: ResumeOptions,
): AsyncGenerator<ResumeEvent, Summary, undefined> {
  const { path, record } = stored;
  const { checkpoint: files, damaged } = newestCheckpoint(path);
  const checkpoint = readCheckpoint(files);
  const recipe = recipeOf(stored);
  const { device = record.environment.device ?? "cpu" } = options;
  const { group = null } = options;
  const compute = { device, reproducible: record.environment.gpu?.reproducible, group };
  const sameRanks = (record.environment.ranks ?? 1) === (group?.size ?? 1);
  setThreads(options.threads ?? (sameRanks ? record.environment.threads : currentThreads()));
  const data =
    options.data ?? (await loadRunData(recipe, { ...options, recorded: recordedPreparation(stored) }));
  const environment = environmentRecord(compute);
  const contents = await hashOf(data);
  const setting: Setting = { recipe, fingerprint: fingerprint(data.train), contents, environment };
  const changes = allowedChanges(path, changesOf(path, checkpoint.setting, setting), options.allowChange);
  return yield* withSession(recipe, data, {
    ...{ compute, counts: record.data },
    use: async function* (session, chosen) {
      restoreCheckpoint(checkpoint, session, chosen);
      const { position, seconds } = checkpoint;
      requireSameRun(session, { contents, checkpoint: JSON.stringify(position) });
      const folder = isWriter(options) ? openRunFolder(path) : null;
      const resumed = resumedRecord(record, checkpoint, changes);
      if (folder !== null) {
        removeDamaged(damaged);
        folder.removeSummary();
        folder.writeEpochs(checkpoint.epochs);
        folder.writeRun(resumed);
      }
      yield { kind: "resuming", position, damaged, changes };
      const run = {
        ...{ folder, path, record: resumed, setting, session, chosen, position },
        epochs: [...checkpoint.epochs],
        estimate: await estimate(session),
        secondsBefore: seconds,
      };
      return yield* trainRun(run, options);
    },
  });
}

/** Whether this process writes the run: the first of several ranks does. */
function isWriter({ group = null }: ResumeOptions): boolean {
  return group === null || group.rank === 0;
}

/**
 * What has changed between the setting of the checkpoint and the one to go on in.
 *
 * @throws RunError with code "usage" if it is another run
 */
function changesOf(path: string, before: Setting, now: Setting): Change[] {
  const changes = changesBetween(before, now);
  const harmful = changes.filter(({ harmless }) => !harmless);
  if (harmful.length === 0) return changes;
  const message =
    `${path}: expected the recipe and data the run was begun with, got ${harmful.map(changeText).join("; ")}. ` +
    "That would be another run: restore them, or train anew.";
  throw new RunError("usage", message, { path });
}

function resumedRecord(record: RunRecord, { position }: Checkpoint, changes: readonly string[]): RunRecord {
  const resumption = { at: new Date().toISOString(), epoch: position.epoch, step: position.step, changes };
  return { ...record, resumed: [...(record.resumed ?? []), resumption] };
}
