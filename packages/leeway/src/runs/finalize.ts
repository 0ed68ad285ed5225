import { encodeSafetensors } from "@leeway/torch";
import { stageAt } from "../methods/index.ts";
import { type CalibrationFit, fitKind, type Metrics } from "../metrics/index.ts";
import {
  type ChoosingMetric,
  type EpochRecord,
  recordVersion,
  type RunRecord,
  type Summary,
} from "../records/index.ts";
import { type RunFolder, writeFileAtomically } from "../storage/index.ts";
import { metricsOfScores, type Session, unthinnedCalibration } from "../training/index.ts";
import type { Progressed } from "./checkpoint.ts";
import type { ChosenEpoch } from "./chosen-epoch.ts";
import { scoreOf } from "./choosing-metric.ts";
import { isOver } from "./patience.ts";
import { evaluateSplits, type RunScores, type SplitScores } from "./scores.ts";

/** How a run ended, and the scores that it is measured by; null where it was stopped before. */
interface Finalized {
  readonly summary: Summary;
  readonly scores: RunScores | null;
}

/** Puts the chosen epoch's weights into the model and, where the run is over, measures them on the test set. */
export async function finalize(
  session: Session,
  chosen: ChosenEpoch,
  run: Progressed & { readonly signal: AbortSignal | undefined },
): Promise<Finalized> {
  const { recipe, data } = session;
  const { record, metric } = chosen;
  const evaluation = metric === null ? null : (record?.evaluation ?? null);
  chosen.restore();
  const stage = stageAt(session.stages, record?.epoch ?? 0); // that trained the chosen weights
  const thinned = unthinnedCalibration(session, stage);
  const measured = isOver(session, chosen, run.epochs) ? await measure(session, run.signal, thinned) : null;
  const { test = null, calibration = thinned, scores = null } = measured ?? {};
  const examples = run.epochs.length * data.train.labels.length;
  const training = run.epochs.reduce(
    (sum, { imagesPerSecond }) => sum + data.train.labels.length / imagesPerSecond,
    0,
  );
  const summary: Summary = {
    version: recordVersion,
    status: test === null ? "interrupted" : "finished",
    epochs: run.epochs.length,
    ...(measured && run.epochs.length < recipe.epochs && { endedEarly: true }),
    best: metric === null ? null : bestOf(record, metric),
    selectedBy: evaluation?.split ?? "last",
    test,
    ...(calibration && { calibration }),
    ...(run.position.rollbacks > 0 && { rollbacks: run.position.rollbacks }),
    ...(run.position.skipped > 0 && { skipped: run.position.skipped }),
    imagesPerSecond: training === 0 ? 0 : examples / training,
    seconds: run.seconds,
  };
  return { summary, scores };
}

/** The chosen epoch, where it was measured. */
function bestOf(record: EpochRecord | null, metric: ChoosingMetric): Summary["best"] {
  if (!record?.evaluation) return null;
  const { epoch, evaluation } = record;
  const score = scoreOf(evaluation, metric);
  return { epoch, topOne: evaluation.metrics.topOne, metric, ...(score !== null && { score }) };
}

interface Measured {
  readonly test: Metrics;
  readonly calibration: CalibrationFit | null;
  readonly scores: RunScores;
}

/**
 * Calibrates the network on the validation split and then measures the test set, so that its probabilities are those
 * that predictions will have; null where the run was stopped meanwhile.
 *
 * @param thinned what calibrates a network of thinned data where too little is held out
 */
async function measure(
  session: Session,
  signal: AbortSignal | undefined,
  thinned: CalibrationFit | null,
): Promise<Measured | null> {
  try {
    const scores = await evaluateSplits(session, { signal });
    const calibration = calibrationOf(session, scores.validation) ?? thinned;
    const options = { scores: scores.test.logits, calibration, withConfusion: true };
    return { test: metricsOfScores(session, session.data.test, options), calibration, scores };
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return null;
    throw error;
  }
}

/** Min validation examples that a temperature can be fitted on. */
const minToCalibrate = 10;

/** What makes probabilities of the logits, fitted on the validation split; null where too little was held out. */
function calibrationOf(
  { data, method, recipe }: Session,
  validation: SplitScores | null,
): CalibrationFit | null {
  const { calibration: kind = "temperature" } = recipe;
  if (kind === "none" || validation === null || validation.labels.length < minToCalibrate) return null;
  const counts = data.unthinnedCounts ?? data.counts;
  return fitKind(validation, { counts, scale: method.scale, kind });
}

/** The chosen network, in the folder of a run that has ended. */
export const modelFile = "model.safetensors";

/**
 * Writes `model.safetensors`.
 *
 * @returns the bytes of the file
 */
export function writeModel(folder: RunFolder, { model, recipe }: Session, record: RunRecord): Uint8Array {
  const metadata = {
    format: "pt",
    model: recipe.model,
    method: recipe.method,
    classes: JSON.stringify(record.data.classNames),
  };
  const bytes = encodeSafetensors(model.stateDict(), metadata);
  writeFileAtomically(folder.file(modelFile), bytes);
  return bytes;
}
