import { noGrad, scope } from "@leeway/torch";
import type { Dataset } from "../data/index.ts";
import { RunError } from "../errors.ts";
import { metricsOf } from "../metrics/index.ts";
import { batchTensors } from "../models/index.ts";
import type { Program } from "./program.ts";
import { ProgramRunner } from "./run-program.ts";

/** Fractions of examples that are right. */
interface Accuracies {
  readonly accuracy: number;
  /** The mean over the classes; null where all examples are of one. */
  readonly balancedAccuracy: number | null;
}

/** What rounding a network's weights costs, on examples that it was not trained on. */
export interface PrecisionCost {
  readonly split: "validation";
  readonly examples: number;
  /** With weights of float32. */
  readonly fp32: Accuracies;
  /** With the weights that are stored. */
  readonly stored: Accuracies;
}

/** How much of an accuracy stored weights may cost. */
export const maxCost = 0.002;

/** Counts what a network gets right on a split by its own weights and by those that are stored. */
export async function precisionCost(
  dataset: Dataset,
  {
    own,
    stored,
    trainCounts,
  }: { readonly own: Program; readonly stored: Program; readonly trainCounts: readonly number[] },
): Promise<PrecisionCost> {
  const classes = trainCounts.length;
  const { labels } = dataset;
  const runners = [own, stored].map((program) => new ProgramRunner(program));
  const scores = runners.map(() => new Float32Array(labels.length * classes));
  try {
    const batchSize = dataset.input.kind === "image" ? 100 : 500;
    for await (const batch of dataset.batches(Uint32Array.from(labels.keys()), { batchSize })) {
      runners.forEach((runner, k) => {
        const logits = scope(() => noGrad(() => runner.run(batchTensors(batch, "cpu").inputs)).data());
        batch.positions.forEach((position, i) => {
          scores[k]!.set(
            (logits as Float32Array).subarray(i * classes, (i + 1) * classes),
            position * classes,
          ); // two
        });
      });
    }
  } finally {
    for (const runner of runners) runner.dispose();
  }
  const [fp32, rounded] = scores.map((each): Accuracies => {
    const { topOne, balancedAccuracy } = metricsOf({ scores: each, labels, classes, trainCounts });
    return { accuracy: topOne, balancedAccuracy };
  }) as [Accuracies, Accuracies];
  return { split: "validation", examples: labels.length, fp32, stored: rounded };
}

/**
 * Refuses stored weights that cost more than {@link maxCost}.
 *
 * @param path the run, for the error
 * @throws RunError with code "run" that says how much
 */
export function requireCheap({ fp32, stored }: PrecisionCost, precision: string, path: string): void {
  const costs = [
    ["accuracy", fp32.accuracy, stored.accuracy],
    ["balanced accuracy", fp32.balancedAccuracy ?? 0, stored.balancedAccuracy ?? 0],
  ] as const;
  const points = (share: number): string => (100 * share).toFixed(2);
  for (const [name, before, after] of costs) {
    if (before - after <= maxCost) continue;
    const advice = `Export with --precision ${precision === "int8" ? "fp16 or fp32" : "fp32"}.`;
    const message =
      `${path}: expected ${precision} weights to cost at most ${points(maxCost)} points on the validation split, ` +
      `got ${points(before - after)} in ${name}, from ${points(before)} % to ${points(after)} %. ${advice}`;
    throw new RunError("run", message, { path });
  }
}
