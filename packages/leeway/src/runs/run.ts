import { fingerprint } from "../data/index.ts";
import { recordVersion, type RunRecord, type Summary } from "../records/index.ts";
import { configText, type Recipe } from "../recipe/index.ts";
import { createRunFolder, lockRun, requireSpace, type RunFolder, runName } from "../storage/index.ts";
import { writeFileAtomically } from "../storage/index.ts";
import { ChosenEpoch } from "./chosen-epoch.ts";
import { dataHash } from "../data/hash.ts";
import { type CourseOptions, type OpenRun, runCourse, type RunEvent, saveRun } from "./course.ts";
import { environmentRecord } from "./environment.ts";
import { type ForkPoint, isForkEpoch, resumeFrom, writeForkPoint } from "./fork-point.ts";
import { needsOf } from "./estimate.ts";
import { atStart, beforeEpoch, endSession, type RunData, startSession } from "../training/index.ts";
import { dataRecord, loadRunData } from "./run-data.ts";

export type { RunEvent } from "./course.ts";

/** Where a run is written, where its data lies, and what stops it. */
export interface RunOptions extends CourseOptions {
  /** The folder of all runs. */
  readonly runsDir: string;
  /** The run's own name; made from the time, the data set and the method where left out. */
  readonly name?: string | undefined;
  readonly dataDir?: string | undefined;
  /** Data already read for this recipe, to share it between runs. */
  readonly data?: RunData | undefined;
  /** Where to compute: "cpu", or "cuda" where libtorch has it. */
  readonly device?: string | undefined;
  /** The command line, for the record. */
  readonly command?: readonly string[];
  /** Where another run with the same first stage stood: training goes on from there. */
  readonly from?: ForkPoint | undefined;
}

/**
 * Trains a recipe and writes its run folder: a first checkpoint and `run.json` before the first step, so that a run
 * that can be read can be resumed; the recipe as `config.yaml`; a line of `metrics.jsonl` after each epoch; `summary.json` and
 * `model.safetensors` at the end, also when stopped early.
 *
 * The model kept is that of the chosen epoch: the best balanced accuracy on the validation split, with the
 * paper's protocol the best accuracy on the test set, else the last epoch.
 *
 * @throws the signal's reason where it comes while the data is read
 * @throws RunError if the data is missing or damaged, the folder cannot be written, or numbers are no longer finite
 */
export async function* runRecipe(
  recipe: Recipe,
  options: RunOptions,
): AsyncGenerator<RunEvent, Summary, undefined> {
  const { runsDir, name = runName(recipe.dataset, recipe.method), dataDir, device = "cpu" } = options;
  const { command = [], from } = options;
  const data = options.data ?? (await loadRunData(recipe, { dataDir, signal: options.signal }));
  const contents = await dataHash(data);
  const session = startSession(recipe, data, { device });
  const chosen = new ChosenEpoch(session);
  let unlock = (): void => undefined;
  try {
    requireSpace(runsDir, (await needsOf(session)).disk);
    const folder = createRunFolder(runsDir, name);
    unlock = lockRun(folder.path);
    const environment = { ...environmentRecord(), device };
    const record: RunRecord = {
      version: recordVersion,
      id: folder.id,
      createdAt: new Date().toISOString(),
      command,
      recipe,
      data: { ...dataRecord(data), contents },
      environment,
      ...(from && { forkedFrom: originOf(from) }),
    };
    const setting = { recipe, fingerprint: fingerprint(data.train), contents, environment };
    const [epochs, position] = [[...(from?.epochs ?? [])], startOf(from, session.recipe, data)];
    const run: OpenRun = { folder, record, setting, session, chosen, epochs, position, secondsBefore: 0 };
    if (from) resumeFrom(from, session, chosen);
    folder.writeEpochs(epochs);
    writeFileAtomically(folder.file("config.yaml"), configText(recipe));
    writePreparation(folder, data);
    // Others may go on from here too.
    if (from && isForkEpoch(session, from.epoch)) writeForkPoint(folder, session, chosen);
    saveRun(run, 0);
    folder.writeRun(record);
    return yield* runCourse(run, options);
  } finally {
    unlock();
    chosen.dispose();
    endSession(session);
  }
}

function originOf({ run, epoch, changes = [] }: ForkPoint): NonNullable<RunRecord["forkedFrom"]> {
  return { run, epoch, ...(changes.length > 0 && { changes }) };
}

function startOf(
  from: ForkPoint | undefined,
  { batchSize }: Recipe,
  { train }: RunData,
): OpenRun["position"] {
  if (from === undefined) return atStart;
  const steps = Math.ceil(train.labels.length / batchSize);
  return beforeEpoch(from.epoch, { step: from.epoch * steps, rollbacks: 0, skipped: 0 });
}

/** How examples became numbers, for predictions on others; nothing where they were numbers from the start. */
function writePreparation(folder: RunFolder, { preparation }: RunData): void {
  const record = preparation?.record ?? null;
  if (record === null) return;
  writeFileAtomically(folder.file("preparation.json"), `${JSON.stringify(record)}\n`);
}
