import type { PreparedInput } from "../data/index.ts";
import { type Metrics, metricsOf } from "../metrics/index.ts";
import { writeFileAtomically } from "../storage/index.ts";

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
 * @param probabilities [N, K] row by row
 * @returns null where the input names no class of the run
 */
export function measuredBy(
  trueLabels: PreparedInput["trueLabels"],
  probabilities: Float32Array,
  { classes, trainCounts }: { readonly classes: number; readonly trainCounts: readonly number[] },
): Measured | null {
  const rows = [...(trueLabels ?? []).entries()].filter(([, label]) => label !== -1);
  if (rows.length === 0) return null;
  const scores = new Float32Array(rows.length * classes);
  rows.forEach(([row], i) => {
    // The logarithm of a probability is a logit like any other; that of 0 would not be finite.
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    scores.set(
      own.map((p) => Math.log(Math.max(p, 1e-38))),
      i * classes,
    );
  });
  const labels = rows.map(([, label]) => label);
  return {
    examples: rows.length,
    metrics: metricsOf({ scores, labels, classes, trainCounts, withConfusion: true }),
  };
}

/** Writes all that was measured as JSON, by the names of the classes. */
export function writeMeasured(
  path: string,
  { examples, metrics }: Measured,
  classNames: readonly string[],
): void {
  writeFileAtomically(path, `${JSON.stringify({ examples, classNames, ...metrics }, null, 2)}\n`);
}
