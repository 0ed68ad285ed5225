import { encodeSafetensors } from "@leeway/torch";
import { type CalibrationFit, fitCalibration, type Metrics } from "../metrics/index.ts";
import { recordVersion, type RunRecord, type Summary } from "../records/index.ts";
import { type RunFolder, writeFileAtomically } from "../storage/index.ts";
import type { Progressed } from "./checkpoint.ts";
import { type ChosenEpoch, scoreOf } from "./chosen-epoch.ts";
import { evaluate, readScores, type Session } from "../training/index.ts";

/** Puts the chosen epoch's weights into the model and, where all epochs are done, measures them on the test set. */
export async function finalize(
  session: Session,
  chosen: ChosenEpoch,
  run: Progressed & { readonly signal: AbortSignal | undefined },
): Promise<Summary> {
  const { recipe, data } = session;
  const { record, metric } = chosen;
  const evaluation = metric === null ? null : (record?.evaluation ?? null);
  chosen.restore();
  const measured = run.epochs.length < recipe.epochs ? null : await measure(session, run.signal);
  const { test = null, calibration } = measured ?? {};
  const examples = run.epochs.length * data.train.labels.length;
  const training = run.epochs.reduce(
    (sum, { imagesPerSecond }) => sum + data.train.labels.length / imagesPerSecond,
    0,
  );
  return {
    version: recordVersion,
    status: test === null ? "interrupted" : "finished",
    epochs: run.epochs.length,
    best: record &&
      evaluation &&
      metric && {
        epoch: record.epoch,
        topOne: evaluation.metrics.topOne,
        metric,
        score: scoreOf(evaluation, metric),
      },
    selectedBy: evaluation?.split ?? "last",
    test,
    ...(calibration && { calibration }),
    ...(run.position.rollbacks > 0 && { rollbacks: run.position.rollbacks }),
    ...(run.position.skipped > 0 && { skipped: run.position.skipped }),
    imagesPerSecond: training === 0 ? 0 : examples / training,
    seconds: run.seconds,
  };
}

interface Measured {
  readonly test: Metrics;
  readonly calibration: CalibrationFit | null;
}

/**
 * Calibrates the network on the validation split and then reads the test set, so that its probabilities are those that
 * predictions will have; null where the run was stopped meanwhile.
 */
async function measure(session: Session, signal: AbortSignal | undefined): Promise<Measured | null> {
  try {
    const calibration = await calibrationOf(session, signal);
    const options = { signal, calibration, withConfusion: true };
    return { test: (await evaluate(session, session.data.test, options)).metrics, calibration };
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return null;
    throw error;
  }
}

/** Min validation examples that a temperature can be fitted on. */
const minToCalibrate = 10;

/** What makes probabilities of the logits, fitted on the validation split; null where too little was held out. */
async function calibrationOf(
  session: Session,
  signal: AbortSignal | undefined,
): Promise<CalibrationFit | null> {
  const { data, method } = session;
  if (data.validation === null || data.validation.labels.length < minToCalibrate) return null;
  const { scores } = await readScores(session, data.validation, { signal });
  return fitCalibration(scores, data.validation.labels, { counts: data.counts, scale: method.scale });
}

/** The chosen network, in the folder of a run that has ended. */
export const modelFile = "model.safetensors";

/** Writes `model.safetensors`. */
export function writeModel(folder: RunFolder, { model, recipe }: Session, record: RunRecord): void {
  const metadata = {
    format: "pt",
    model: recipe.model,
    method: recipe.method,
    classes: JSON.stringify(record.data.classNames),
  };
  writeFileAtomically(folder.file(modelFile), encodeSafetensors(model.stateDict(), metadata));
}
