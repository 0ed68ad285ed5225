import type { CalibrationFit, Metrics } from "../metrics/index.ts";
import type { recordVersion } from "./run-record.ts";

/** What an epoch is chosen by: "balancedAccuracy", "topOne", or what the recipe has as `selectBy`. */
export type ChoosingMetric = string;

/** `summary.json`: how a run ended. Written once, at the end; a run without it was killed. */
export interface Summary {
  readonly version: typeof recordVersion;
  readonly status: "finished" | "interrupted";
  /** Epochs done. */
  readonly epochs: number;
  /** True where patience ended the run after these epochs, before all that the recipe has; left out elsewhere. */
  readonly endedEarly?: true;
  /** The epoch that was chosen, counted from 0, by what it was best on the split that chose it; null if none was. */
  readonly best: {
    readonly epoch: number;
    readonly topOne: number;
    /** What chose it, and its value; absent in older records. */
    readonly metric?: ChoosingMetric;
    readonly score?: number;
  } | null;
  /** Which split chose the epoch; `last` where none did, or could, and the last epoch counts. */
  readonly selectedBy: "validation" | "test" | "last";
  /** Metrics of the chosen epoch on the test set; null where the run was interrupted before reading it. */
  readonly test: Metrics | null;
  /**
   * What makes probabilities of the chosen epoch's logits, fitted on the validation split; left out where fewer than 10
   * were held out. Where the most frequent class was thinned it then has the offsets that put its frequency back, and 0
   * examples.
   */
  readonly calibration?: CalibrationFit;
  /** How often the run went back to a checkpoint, to go on at half the rate; left out where it never did. */
  readonly rollbacks?: number;
  /** Batches that were left out because their numbers were not finite; left out where there were none. */
  readonly skipped?: number;
  /** Training alone, over the whole run. */
  readonly imagesPerSecond: number;
  /** Wall time of the run. */
  readonly seconds: number;
}
