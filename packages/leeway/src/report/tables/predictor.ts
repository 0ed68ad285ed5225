import { type RecordedRun, scarceClasses } from "../../analysis/index.ts";
import type { CalibrationFit, PriorEstimate } from "../../metrics/index.ts";
import type { DataRecord } from "../../records/index.ts";
import { calibrationName } from "../calibration-words.ts";
import { scarceText } from "../scarce-words.ts";
import { count, counted, sentence, shellWord } from "../words.ts";
import { estimateNotes } from "./prior-estimate.ts";

/** A run that predicts: its folder, and how far it came. */
export interface PredictingRun extends RecordedRun {
  readonly path: string;
  readonly epochs: readonly unknown[];
}

/**
 * What is to be known of predictions before they are read: how far the run came, what its probabilities and predictions
 * are, and what was odd in the input.
 *
 * @param prior    what the probabilities were requested for; undefined for nothing
 * @param estimate what the prior "auto" found
 */
export function predictionNotes(
  run: PredictingRun,
  {
    notes = [],
    prior,
    estimate,
  }: {
    readonly notes?: readonly string[];
    readonly prior?: Prior;
    readonly estimate?: PriorEstimate | undefined;
  } = {},
): string[] {
  const decision =
    prior === undefined
      ? "Predictions are the method's own decisions, by which the run was measured: not always the most probable class, which --prior training predicts."
      : "Predictions are the most probable classes.";
  const found = estimate === undefined ? [] : estimateNotes(estimate, run.record.data);
  return [standing(run, prior), ...found, decision, ...notes.map((note) => `Warning: ${sentence(note)}`)];
}

type Prior = readonly number[] | "training" | "auto" | undefined;

/** What the probabilities of a finished run are; of another one, where it stands and how it goes on. */
function standing({ path, record, epochs, summary }: PredictingRun, prior: Prior): string {
  const length = counted(record.recipe.epochs, "epoch", "epochs");
  const rest = `and its probabilities are not calibrated. leeway resume ${shellWord(path)} goes on.`;
  if (summary === null) {
    const done = `${path} has not ended: ${epochs.length} of ${length} are done`;
    return `Warning: ${done}. Its network is that of an earlier interruption, ${rest}`;
  }
  if (summary.status !== "finished") {
    const network =
      summary.epochs === 0 ? "untrained" : `that of epoch ${(summary.best?.epoch ?? summary.epochs - 1) + 1}`;
    return `Warning: ${path} was interrupted after ${summary.epochs} of ${length}. Its network is ${network}, ${rest}`;
  }
  const { calibration } = summary;
  if (calibration !== undefined) return calibrated(calibration, record.data, prior);
  const rare = "Those of a method that re-balances are too high for rare classes.";
  if (record.recipe.calibration === "none")
    return `Warning: the run was trained with calibration none: its probabilities are not calibrated. ${rare}`;
  return `Warning: too little was held out in training to calibrate the probabilities. ${rare}`;
}

function calibrated(fit: CalibrationFit, data: DataRecord, prior: Prior): string {
  const { temperature, examples } = fit;
  if (prior === undefined && fit.prior === undefined) {
    const rare = "a method that re-balances gives rare classes too much, which --prior training corrects";
    return `Temperature ${temperature.toFixed(3)}, fitted on ${count(examples)} validation examples; ${rare}.`;
  }
  const { classNames, validationCounts } = data;
  const own = prior === "auto" ? "this input, as estimated" : "--prior";
  const whose = prior === undefined || prior === "training" ? "the training data" : own;
  if (examples === 0) {
    const why = "too little was held out to calibrate them";
    return `Probabilities have the class frequencies of ${whose} by arithmetic: ${why}.`;
  }
  const scarce = scarceClasses(classNames, validationCounts);
  const by = fit.kind === undefined ? "" : ` by ${calibrationName(fit)}`;
  const how = scarce.length === 0 ? `calibrated${by} on` : `roughly,${by === "" ? "" : `${by},`} by`;
  const few = scarce.length === 0 ? "" : `: ${scarceText(scarce, classNames.length)}`;
  return `Probabilities have the class frequencies of ${whose}: ${how} ${count(examples)} validation examples${few}.`;
}
