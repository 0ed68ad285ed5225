import type { DecisionRecord, EpochRecord, RunRecord, Summary } from "../../records/index.ts";
import { type Confusion, confusionMatrix, type Metrics } from "../../metrics/index.ts";
import type { ReportErrors } from "./report-data.ts";

/** A finished run and what its network gives on the test split, or its records alone: what a report is made of. */
export interface MeasuredRun {
  /** The run's folder, as it was named. */
  readonly path: string;
  readonly record: RunRecord;
  readonly summary: Summary & { readonly test: Metrics };
  readonly epochs: readonly EpochRecord[];
  /** The run's decision; null where `leeway decide` chose none. */
  readonly decision: DecisionRecord | null;
  /** Null of a run whose weights were not kept; its summary has the confusion matrix then. */
  readonly test: TestScores | null;
  /** The margins of training examples and their classes, [M] each; absent where none were measured. */
  readonly train?: { readonly margins: Float32Array; readonly labels: Int32Array } | undefined;
  readonly errors: readonly ReportErrors[];
}

/** The scores of N test examples. */
export interface TestScores {
  /** As the method reads them, [N, K] row by row. */
  readonly logits: Float32Array;
  /** s · z before the calibration, as probabilities, [N, K]. */
  readonly uncalibrated: Float32Array;
  /** Those that predictions have, [N, K]. */
  readonly probabilities: Float32Array;
  /** True classes, [N]. */
  readonly labels: Int32Array;
  /** The method's own decisions, [N]. */
  readonly predictions: Int32Array;
  /** Positions in the split's original files, [N]. */
  readonly ids: Uint32Array;
}

/** A run whose scores are there. */
export type ScoredRun = MeasuredRun & { readonly test: TestScores };

export function isScored(run: MeasuredRun): run is ScoredRun {
  return run.test !== null;
}

/** The confusion counts of the test split. */
export function confusionOf({ summary, test }: MeasuredRun): Confusion {
  if (summary.test.confusion !== undefined) return summary.test.confusion;
  const { labels, predictions } = test!; // one of both is there
  return confusionMatrix(labels, predictions, summary.test.perClass.length);
}
