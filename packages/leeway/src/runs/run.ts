import { basename } from "node:path";
import { configText, type Recipe } from "../recipe/index.ts";
import { type DataRecord, recordVersion, type RunRecord, type Summary } from "../records/index.ts";
import {
  createRunFolder,
  lockRun,
  requireSpace,
  type RunFolder,
  runName,
  writeFileAtomically,
} from "../storage/index.ts";
import {
  atStart,
  beforeEpoch,
  type ComputeOptions,
  type Position,
  type RunData,
  type Session,
} from "../training/index.ts";
import { beginFrom } from "./begin-from.ts";
import type { ChosenEpoch } from "./chosen-epoch.ts";
import { environmentRecord } from "./environment.ts";
import { estimate, type Estimate } from "./estimate.ts";
import { type ForkPoint, isForkEpoch, resumeFrom, writeForkPoint } from "./fork-point.ts";
import { requireSameRun } from "./same-run.ts";
import { type DataOptions, dataRecord, hashOf, loadRunData } from "./run-data.ts";
import {
  type OpenRun,
  type RunEvent,
  saveRun,
  type TrainingOptions,
  trainRun,
  withSession,
} from "./train-run.ts";

/** The folder of a run, its data, and how it is trained. */
export interface RunOptions extends TrainingOptions, DataOptions, ComputeOptions {
  /** The folder of all runs. */
  readonly runsDir: string;
  /** The run's own name; by default made from the time, the data set and the method. */
  readonly name?: string | undefined;
  /** The command line, for the record. */
  readonly command?: readonly string[];
  /** Where another run with the same first stage stood: training goes on from there. */
  readonly from?: ForkPoint | undefined;
}

/**
 * Trains a recipe and writes its run folder: a first checkpoint and `run.json` before the first step, so that a run
 * that can be read can be resumed; the recipe as `config.yaml`; a line of `metrics.jsonl` after each epoch;
 * `summary.json` and `model.safetensors` at the end, also when stopped early.
 *
 * The model kept is that of the chosen epoch: the best balanced accuracy on the validation split, with the
 * paper's protocol the best accuracy on the test set, else the last epoch; see `choosingMetric`.
 *
 * @throws the signal's reason where it comes while the data is read
 * @throws RunError if the data is missing or damaged, the folder cannot be written, or numbers are no longer finite
 */
export async function* runRecipe(
  recipe: Recipe,
  options: RunOptions,
): AsyncGenerator<RunEvent, Summary, undefined> {
  const { device, reproducible, group } = options;
  const data = options.data ?? (await loadRunData(recipe, options));
  const contents = await hashOf(data);
  return yield* withSession(recipe, data, {
    ...{ compute: { device, reproducible, group }, counts: options.from?.counts },
    use: (session, chosen) => startRun(session, chosen, { ...options, contents }),
  });
}

async function* startRun(
  session: Session,
  chosen: ChosenEpoch,
  { contents, ...options }: RunOptions & { readonly contents: string },
): AsyncGenerator<RunEvent, Summary, undefined> {
  const { recipe, data, device, ranks } = session;
  const {
    runsDir,
    name = runName(recipe.dataset, recipe.method),
    command = [],
    from,
    reproducible,
  } = options;
  const needed = await estimate(session);
  requireSameRun(session, { contents });
  const folder = ranks === null || ranks.isFirst ? newFolder(runsDir, name, needed) : null;
  const path = ranks === null ? folder!.path : ranks.share(folder && folder.path); // a process by itself has one
  const unlock = folder === null ? () => undefined : lockRun(path);
  try {
    const initialised = recipe.init && !from ? beginFrom(session, recipe.init) : undefined;
    const environment = environmentRecord({ device, reproducible, group: ranks?.group });
    const record: RunRecord = {
      version: recordVersion,
      id: basename(path),
      createdAt: new Date().toISOString(),
      command,
      recipe,
      data: { ...recordOf(data, from), contents },
      environment,
      ...(initialised && { initialised }),
      ...(from && { forkedFrom: originOf(from) }),
    };
    const { fingerprint } = record.data;
    const run: OpenRun = {
      ...{ folder, path, record, session, chosen, estimate: needed, secondsBefore: 0 },
      setting: { recipe, fingerprint, contents, environment },
      epochs: [...(from?.epochs ?? [])],
      position: positionOf(from, session),
    };
    if (from) resumeFrom(from, session, chosen);
    if (folder !== null) {
      folder.writeEpochs(run.epochs);
      writeFileAtomically(folder.file("config.yaml"), configText(recipe));
      writePreparation(folder, data);
      // Others may go on from here too.
      if (from && isForkEpoch(session, from.epoch)) writeForkPoint(folder, session, chosen);
      saveRun(run, 0);
      folder.writeRun(record);
    }
    return yield* trainRun(run, options);
  } finally {
    unlock();
  }
}

/** A folder for a new run, on a disk that has room for it. */
function newFolder(runsDir: string, name: string, { disk }: Estimate): RunFolder {
  requireSpace(runsDir, disk);
  return createRunFolder(runsDir, name);
}

/** The data's part of the record; without what the run it goes on from did not record, and so does not choose by. */
function recordOf(data: RunData, from: ForkPoint | undefined): DataRecord {
  const { validationCounts, ...rest } = dataRecord(data);
  const chosenBy = from === undefined || from.counts.validationCounts !== undefined;
  return { ...rest, ...(chosenBy && validationCounts && { validationCounts }) };
}

function originOf({ run, epoch, changes = [] }: ForkPoint): NonNullable<RunRecord["forkedFrom"]> {
  return { run, epoch, ...(changes.length > 0 && { changes }) };
}

function positionOf(from: ForkPoint | undefined, { recipe, data }: Session): Position {
  if (from === undefined) return atStart;
  const steps = Math.ceil(data.train.labels.length / recipe.batchSize);
  return beforeEpoch(from.epoch, { step: from.epoch * steps, rollbacks: 0, skipped: 0 });
}

/** Writes how examples are prepared, for predictions; nothing if they were numbers from the start. */
function writePreparation(folder: RunFolder, { preparation }: RunData): void {
  const record = preparation?.record ?? null;
  if (record === null) return;
  writeFileAtomically(folder.file("preparation.json"), `${JSON.stringify(record)}\n`);
}
