import type { PreparedInput } from "../data/index.ts";
import { baseRate, classScores, type Metrics, metricsOf } from "../metrics/index.ts";
import { writeFileAtomically } from "../storage/index.ts";
import type { Classified } from "../inference/index.ts";

/** How good predictions are by the classes that their input names. */
export interface Measured {
  /** Examples of the input that name a class of the run. */
  readonly examples: number;
  /** With the confusion matrix. */
  readonly metrics: Metrics;
}

/**
 * Measures predictions by the classes that the input names.
 *
 * @returns null where the input names no class of the run
 */
export function measuredBy(
  trueLabels: PreparedInput["trueLabels"],
  predicted: Classified,
  trainCounts: readonly number[],
): Measured | null {
  const rows = [...(trueLabels ?? []).entries()].filter(([, label]) => label !== -1);
  if (rows.length === 0) return null;
  const classes = trainCounts.length;
  const labelled = (all: Float32Array): Float32Array => {
    const own = new Float32Array(rows.length * classes);
    rows.forEach(([row], i) => {
      own.set(all.subarray(row * classes, (row + 1) * classes), i * classes);
    });
    return own;
  };
  const [scores, probabilities] = [labelled(predicted.scores), labelled(predicted.probabilities)];
  const labels = rows.map(([, label]) => label);
  return {
    examples: rows.length,
    metrics: metricsOf({ scores, probabilities, labels, classes, trainCounts, withConfusion: true }),
  };
}

/** Writes all that was measured as JSON, by the names of the classes. */
export function writeMeasured(
  path: string,
  { examples, metrics }: Measured,
  classNames: readonly string[],
): void {
  const scores = classScores(metrics.confusion ?? []);
  const classes = classNames.map((name, j) => {
    const { error, byChance } = metrics.classCalibration?.[j] ?? {};
    const off = { calibrationError: error, calibrationErrorByChance: byChance };
    return { name, ...scores[j], meanProbability: metrics.meanProbability?.[j], ...off };
  });
  const ofChance = metrics.detection ? { baseRate: baseRate(metrics) } : {}; // beside its average precision
  const measured = { examples, classNames, classes, ...metrics, ...ofChance };
  writeFileAtomically(path, `${JSON.stringify(measured, null, 2)}\n`);
}
