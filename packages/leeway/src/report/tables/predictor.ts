import type { RecordedRun } from "../../analysis/index.ts";
import { count, counted, sentence, shellWord } from "../words.ts";

/** A run that predicts: its folder, and how far it came. */
export interface PredictingRun extends RecordedRun {
  readonly path: string;
  readonly epochs: readonly unknown[];
}

/** What is to be known of predictions before they are read: how far the run came, and what was odd in the input. */
export function predictionNotes(run: PredictingRun, notes: readonly string[] = []): string[] {
  return [standing(run), ...notes.map((note) => `Warning: ${sentence(note)}`)];
}

/** How the probabilities of a finished run were calibrated; of another one, where it stands and how it goes on. */
function standing({ path, record, epochs, summary }: PredictingRun): string {
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
  return calibration === undefined
    ? "Warning: too little was held out in training to calibrate the probabilities."
    : `Temperature ${calibration.temperature.toFixed(3)}, fitted on ${count(calibration.examples)} validation examples.`;
}
