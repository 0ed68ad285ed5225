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
export function predictionNotes(run: PredictingRun, options: NotesOptions = {}): string[] {
  return notesAfter(standing(run, options.prior), run.record.data, options);
}

/** As {@link predictionNotes}, of an exported model. */
export function exportedNotes({ calibration, ...data }: ExportedFacts, options: NotesOptions = {}): string[] {
  const first =
    calibration === null
      ? `Warning: the run was exported without a calibration of its probabilities. ${rareTooHigh}`
      : calibrated(calibration, data, options.prior);
  return notesAfter(first, data, options);
}

/** What is known of an exported model: a part of its `model.json`. */
interface ExportedFacts extends Pick<DataRecord, "classNames" | "trainCounts" | "validationCounts"> {
  readonly calibration: CalibrationFit | null;
}

interface NotesOptions {
  readonly notes?: readonly string[];
  readonly prior?: Prior;
  readonly estimate?: PriorEstimate | undefined;
}

function notesAfter(
  first: string,
  data: Pick<DataRecord, "classNames" | "trainCounts" | "unthinnedCounts">,
  { notes = [], prior, estimate }: NotesOptions,
): string[] {
  const decision =
    prior === undefined
      ? "Predictions are the method's own decisions, by which the run was measured: not always the most probable class, which --prior training predicts."
      : "Predictions are the most probable classes.";
  const found = estimate === undefined ? [] : estimateNotes(estimate, data);
  return [first, ...found, decision, ...notes.map((note) => `Warning: ${sentence(note)}`)];
}

type Prior = readonly number[] | "training" | "auto" | undefined;

const rareTooHigh = "Those of a method that re-balances are too high for rare classes.";

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
  if (record.recipe.calibration === "none")
    return `Warning: the run was trained with calibration none: its probabilities are not calibrated. ${rareTooHigh}`;
  return `Warning: too little was held out in training to calibrate the probabilities. ${rareTooHigh}`;
}

function calibrated(
  fit: CalibrationFit,
  data: Pick<DataRecord, "classNames" | "validationCounts">,
  prior: Prior,
): string {
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
