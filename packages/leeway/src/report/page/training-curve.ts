import type { EpochRecord } from "../../records/index.ts";
import type { MeasuredRun } from "./measured-run.ts";
import type { TrainingCurve } from "./report-data.ts";

/** Epoch by epoch, what was trained and how it was evaluated. */
export function trainingCurve({ epochs, summary }: MeasuredRun): TrainingCurve {
  return curveOf(epochs, summary.best === null ? null : summary.best.epoch + 1);
}

/** @param best the epoch to mark, from 1; null for none */
export function curveOf(epochs: readonly EpochRecord[], best: number | null): TrainingCurve {
  const evaluated = (of: (metrics: Evaluated) => number | null): (number | null)[] =>
    epochs.map(({ evaluation }) => (evaluation === null ? null : of(evaluation.metrics)));
  return {
    epochs: epochs.map(({ epoch }) => epoch + 1),
    loss: epochs.map(({ train }) => train.loss),
    learningRate: epochs.map(({ learningRate }) => learningRate),
    gradientNorm: epochs.map(({ train }) => train.gradientNorm ?? null),
    split: epochs.find(({ evaluation }) => evaluation !== null)?.evaluation?.split ?? null,
    balancedAccuracy: evaluated(({ balancedAccuracy }) => balancedAccuracy),
    groups: {
      many: evaluated(({ shotGroups }) => shotGroups.many),
      medium: evaluated(({ shotGroups }) => shotGroups.medium),
      few: evaluated(({ shotGroups }) => shotGroups.few),
    },
    stages: epochs.flatMap(({ epoch, stage }, i) =>
      i > 0 && stage > epochs[i - 1]!.stage ? [epoch + 1] : [],
    ),
    best,
  };
}

type Evaluated = NonNullable<EpochRecord["evaluation"]>["metrics"];
