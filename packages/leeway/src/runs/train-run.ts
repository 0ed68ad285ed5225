import type { Recipe } from "../recipe/index.ts";
import type { DataRecord, EpochRecord, RunRecord, Summary } from "../records/index.ts";
import { newestCheckpoint, removeCheckpoints, type RunFolder } from "../storage/index.ts";
import { readCheckpoint, restoreCheckpoint, saveCheckpoint, type Setting } from "./checkpoint.ts";
import { checkpointClock, type CheckpointTimes } from "./checkpoint-clock.ts";
import { choosingMetric, requireSelectable } from "./choosing-metric.ts";
import { ChosenEpoch } from "./chosen-epoch.ts";
import { finalize, writeModel } from "./finalize.ts";
import { isForkEpoch, writeForkPoint } from "./fork-point.ts";
import {
  type ComputeOptions,
  endSession,
  type OnNan,
  type Position,
  type RunData,
  type Session,
  startSession,
  train,
  type TrainingEvent,
} from "../training/index.ts";
import { withHeads } from "./head-data.ts";
import { initAdvice } from "./init-advice.ts";
import { type Estimate, memoryAdvice } from "./estimate.ts";
import { loadAdvice } from "./machine-load.ts";
import { isOver, patienceAdvice } from "./patience.ts";
import { precisionAdvice } from "./precision-advice.ts";
import { splitCounts } from "./run-data.ts";
import { writeScores } from "./scores.ts";

/** The events of a run: its beginning, those of training, what was saved, and its end. */
export type RunEvent =
  | {
      readonly kind: "begin";
      readonly folder: string;
      readonly record: RunRecord;
      /** What may go wrong, with what would help: sentences. */
      readonly warnings: readonly string[];
    }
  | TrainingEvent
  /** A checkpoint lasts: whatever happens now, the run can go on from there. */
  | { readonly kind: "saved"; readonly checkpoint: string; readonly position: Position }
  /** Patience ended the run after so many epochs: what is left is to measure it. */
  | { readonly kind: "ended-early"; readonly epochs: number; readonly patience: number }
  | { readonly kind: "end"; readonly folder: string; readonly record: RunRecord; readonly summary: Summary };

/** How a new or resumed run is trained. */
export interface TrainingOptions {
  /** Ends the run between two batches, with a checkpoint. */
  readonly signal?: AbortSignal | undefined;
  /** When checkpoints are written. */
  readonly checkpoints?: CheckpointTimes | undefined;
  /** What a step without a finite loss and gradient does; "stop" by default. */
  readonly onNan?: OnNan | undefined;
}

/** A run in training: its open folder, its session, and its position. */
export interface OpenRun {
  /** Null where another rank writes the run. */
  readonly folder: RunFolder | null;
  readonly path: string;
  readonly record: RunRecord;
  readonly setting: Setting;
  readonly session: Session;
  readonly chosen: ChosenEpoch;
  /** The records of the epochs that are over. */
  epochs: EpochRecord[];
  position: Position;
  readonly estimate: Estimate;
  /** Seconds that the run had taken before this process. */
  readonly secondsBefore: number;
}

/** Going back more often is no cure. */
const maxRollbacks = 3;

/**
 * Starts a session for the time of `use`, with its chosen epoch, and ends both, however it ends.
 *
 * @param counts by which it is said what chooses the epoch: those in the record of a run that goes on, or of `data`
 */
export async function* withSession<Event, Result>(
  recipe: Recipe,
  data: RunData,
  {
    compute,
    counts = splitCounts(data),
    use,
  }: {
    readonly compute: ComputeOptions;
    readonly counts?: Pick<DataRecord, "validationSize" | "validationCounts"> | undefined;
    readonly use: (session: Session, chosen: ChosenEpoch) => AsyncGenerator<Event, Result, undefined>;
  },
): AsyncGenerator<Event, Result, undefined> {
  requireSelectable(recipe, data.counts.length);
  const session = startSession(recipe, await withHeads(recipe, data), compute);
  const chosen = new ChosenEpoch(session, choosingMetric(recipe, counts));
  try {
    return yield* use(session, chosen);
  } finally {
    chosen.dispose();
    endSession(session);
  }
}

/**
 * Trains a run from its position to its end: a line of `metrics.jsonl` after each epoch, checkpoints in between,
 * at last `model.safetensors`, `scores.safetensors` and `summary.json`; then its checkpoints are removed.
 */
export async function* trainRun(
  run: OpenRun,
  options: TrainingOptions,
): AsyncGenerator<RunEvent, Summary, undefined> {
  const { folder, path, record, session, chosen } = run;
  const signal = session.ranks === null ? options.signal : session.ranks.follow(options.signal);
  const began = performance.now();
  const seconds = (): number => run.secondsBefore + (performance.now() - began) / 1000;
  const warnings = [
    ...precisionAdvice(session),
    ...initAdvice(session),
    ...memoryAdvice(run.estimate, session),
    ...patienceAdvice(record.recipe, chosen),
    ...loadAdvice(),
  ];
  yield { kind: "begin", folder: path, record, warnings };
  while (yield* trainUntilEnd(run, { ...options, signal }, seconds)) rollBack(run, seconds());
  const { summary, scores } = await finalize(session, chosen, {
    epochs: run.epochs,
    position: run.position,
    seconds: seconds(),
    signal,
  });
  if (folder !== null) {
    const model = writeModel(folder, session, record);
    if (scores !== null) writeScores(folder, scores, { model, data: record.data });
    folder.writeSummary(summary);
    if (summary.status === "finished") removeCheckpoints(path);
  }
  yield { kind: "end", folder: path, record, summary };
  return summary;
}

/** Trains until the last epoch is over, the signal comes, or a bad step needs a rollback: then true. */
async function* trainUntilEnd(
  run: OpenRun,
  { signal, checkpoints, onNan }: TrainingOptions,
  seconds: () => number,
): AsyncGenerator<RunEvent, boolean, undefined> {
  const { folder, session, chosen } = run;
  const clock = checkpointClock(checkpoints);
  clock.written(run.position.step, 0);
  let saved = run.position;
  const save = function* (): Generator<RunEvent, void, undefined> {
    if (folder === null) return;
    const at = performance.now();
    const checkpoint = saveRun(run, seconds());
    saved = run.position;
    clock.written(run.position.step, performance.now() - at);
    yield { kind: "saved", checkpoint, position: saved };
  };
  // A run that is resumed may have been killed after its last epoch.
  if (isOver(session, chosen, run.epochs)) return false;
  // Beyond the last rollback a bad step stops the run.
  const policy = onNan === "rollback" && run.position.rollbacks >= maxRollbacks ? "stop" : onNan;
  for await (const event of train(session, { from: run.position, signal, onNan: policy })) {
    if (event.kind === "bad-step" && policy === "rollback") {
      yield event;
      return true; // with no checkpoint in between: the run goes back to the one before
    }
    if (event.kind === "epoch") {
      folder?.appendEpoch(event.record);
      run.epochs.push(event.record);
      chosen.consider(event.record);
      // After a rollback the rate was another than the recipe's, which others would go on from.
      const canServe = event.position.rollbacks === 0;
      const serves = folder !== null && canServe && isForkEpoch(session, event.record.epoch + 1);
      if (serves) writeForkPoint(folder, session, chosen);
    }
    if (event.kind !== "evaluating") run.position = event.position;
    yield event;
    if (saved !== run.position && clock.isDue(run.position.step, event.kind === "epoch")) yield* save();
    if (event.kind === "epoch" && isOver(session, chosen, run.epochs)) {
      yield* endedEarly(run);
      break;
    }
  }
  if (signal?.aborted && saved !== run.position) yield* save();
  return false;
}

/** Says that patience ended a run, where epochs of its recipe are left. */
function* endedEarly({ epochs, session: { recipe } }: OpenRun): Generator<RunEvent, void, undefined> {
  const { patience } = recipe;
  if (patience === undefined || epochs.length >= recipe.epochs) return;
  yield { kind: "ended-early", epochs: epochs.length, patience };
}

/** Writes a checkpoint of the run. */
export function saveRun(run: OpenRun, seconds: number): string {
  const { position, epochs } = run;
  return saveCheckpoint(run.path, run, { position, epochs, seconds });
}

/** Returns the run to its newest checkpoint, and halves the learning rate from there on. */
function rollBack(run: OpenRun, seconds: number): void {
  const { rollbacks } = run.position;
  const checkpoint = readCheckpoint(newestCheckpoint(run.path).checkpoint);
  restoreCheckpoint(checkpoint, run.session, run.chosen);
  run.epochs = [...checkpoint.epochs];
  run.position = { ...checkpoint.position, rollbacks: rollbacks + 1 };
  run.session.ranks?.sum([]); // all have read it
  if (run.folder === null) return;
  run.folder.writeEpochs(run.epochs);
  saveRun(run, seconds); // else a run that is killed now would forget that it went back
}
