import { encodeSafetensors } from "@leeway/torch";
import type { Metrics } from "../metrics/index.ts";
import { type EpochRecord, recordVersion, type RunRecord, type Summary } from "../records/index.ts";
import type { Recipe } from "../recipes/index.ts";
import { createRunFolder, type RunFolder, runName, writeFileAtomically } from "../storage/index.ts";
import { ChosenEpoch } from "./chosen-epoch.ts";
import { environmentRecord } from "./environment.ts";
import { evaluate } from "./evaluate.ts";
import { type ForkPoint, isForkEpoch, resumeFrom, writeForkPoint } from "./fork-point.ts";
import { dataRecord, endSession, loadRunData, type RunData, type Session, startSession } from "./session.ts";
import { train, type TrainingEvent } from "./train.ts";

/** What a run says: that it begins, what training says, and how it ended. */
export type RunEvent =
  | { readonly kind: "begin"; readonly folder: string; readonly record: RunRecord }
  | TrainingEvent
  | { readonly kind: "end"; readonly folder: string; readonly record: RunRecord; readonly summary: Summary };

/** Where a run is written, where its data lies, and what stops it. */
export interface RunOptions {
  /** The folder of all runs. */
  readonly runsDir: string;
  /** The run's own name; made from the time, the data set and the method where left out. */
  readonly name?: string | undefined;
  readonly dataDir?: string | undefined;
  /** Data already read for this recipe, to share it between runs. */
  readonly data?: RunData | undefined;
  /** Where to compute: "cpu", or "cuda" where libtorch has it. */
  readonly device?: string | undefined;
  /** Ends the run between two batches, with what was done so far written. */
  readonly signal?: AbortSignal | undefined;
  /** The command line, for the record. */
  readonly command?: readonly string[];
  /** Where another run with the same first stage stood: training goes on from there. */
  readonly from?: ForkPoint | undefined;
}

/**
 * Trains a recipe and writes its run folder: `run.json` before the first step, a line of `metrics.jsonl`
 * after each epoch, `summary.json` and `model.safetensors` at the end, also when stopped early.
 *
 * The model kept is that of the chosen epoch: the best balanced accuracy on the validation split, with the
 * paper's protocol the best accuracy on the test set, else the last epoch.
 *
 * @throws RunError if the data is missing or damaged, or the folder cannot be written
 */
export async function* runRecipe(
  recipe: Recipe,
  options: RunOptions,
): AsyncGenerator<RunEvent, Summary, undefined> {
  const {
    runsDir,
    name = runName(recipe.dataset, recipe.method),
    dataDir,
    signal,
    device = "cpu",
    command = [],
    from,
  } = options;
  const data = options.data ?? (await loadRunData(recipe, { dataDir }));
  const session = startSession(recipe, data, { device });
  const chosen = new ChosenEpoch(session);
  const epochs: EpochRecord[] = [];
  try {
    const folder = createRunFolder(runsDir, name);
    const record: RunRecord = {
      version: recordVersion,
      id: folder.id,
      createdAt: new Date().toISOString(),
      command,
      recipe,
      data: dataRecord(data),
      environment: { ...environmentRecord(), device },
      ...(from && { forkedFrom: { run: from.run, epoch: from.epoch } }),
    };
    folder.writeRun(record);
    writePreparation(folder, data);
    if (from) {
      resumeFrom(from, session, chosen);
      for (const epoch of from.epochs) folder.appendEpoch(epoch);
      epochs.push(...from.epochs);
    }
    yield { kind: "begin", folder: folder.path, record };
    const began = performance.now();
    for await (const event of train(session, { signal, from: from?.epoch })) {
      if (event.kind === "epoch") {
        folder.appendEpoch(event.record);
        epochs.push(event.record);
        chosen.consider(event.record);
        if (isForkEpoch(session, event.record.epoch + 1)) writeForkPoint(folder, session, chosen);
      }
      yield event;
    }
    const seconds = (performance.now() - began) / 1000;
    const summary = await conclude(session, chosen, { epochs, seconds, signal });
    writeModel(folder, session, record);
    folder.writeSummary(summary);
    yield { kind: "end", folder: folder.path, record, summary };
    return summary;
  } finally {
    chosen.dispose();
    endSession(session);
  }
}

async function conclude(
  session: Session,
  chosen: ChosenEpoch,
  run: { epochs: readonly EpochRecord[]; seconds: number; signal: AbortSignal | undefined },
): Promise<Summary> {
  const { recipe, data } = session;
  const evaluation = chosen.record?.evaluation ?? null;
  chosen.restore();
  const test = run.epochs.length < recipe.epochs ? null : await testMetrics(session, run.signal);
  const examples = run.epochs.length * data.train.labels.length;
  const training = run.epochs.reduce(
    (sum, { imagesPerSecond }) => sum + data.train.labels.length / imagesPerSecond,
    0,
  );
  return {
    version: recordVersion,
    status: test === null ? "interrupted" : "finished",
    epochs: run.epochs.length,
    best:
      evaluation && chosen.record ? { epoch: chosen.record.epoch, topOne: evaluation.metrics.topOne } : null,
    selectedBy: evaluation?.split ?? "last",
    test,
    imagesPerSecond: training === 0 ? 0 : examples / training,
    seconds: run.seconds,
  };
}

/** The test set's metrics, or null where the run was stopped while it was read. */
async function testMetrics(session: Session, signal: AbortSignal | undefined): Promise<Metrics | null> {
  try {
    return (await evaluate(session, session.data.test, { signal, withConfusion: true })).metrics;
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return null;
    throw error;
  }
}

/** How examples became numbers, for predictions on others; nothing where they were numbers from the start. */
function writePreparation(folder: RunFolder, { preparation }: RunData): void {
  const record = preparation?.record ?? null;
  if (record === null) return;
  writeFileAtomically(folder.file("preparation.json"), `${JSON.stringify(record)}\n`);
}

function writeModel(folder: RunFolder, { model, recipe }: Session, record: RunRecord): void {
  const metadata = {
    format: "pt",
    model: recipe.model,
    method: recipe.method,
    classes: JSON.stringify(record.data.classNames),
  };
  writeFileAtomically(folder.file("model.safetensors"), encodeSafetensors(model.stateDict(), metadata));
}
