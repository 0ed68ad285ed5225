import type { Dataset } from "../data/index.ts";
import { readSplit, type Session } from "../training/index.ts";

/** The inputs of the last layer for a split, with the labels. */
export interface LabelledFeatures {
  /** [N, D], row by row, in the order of the split. */
  readonly features: Float32Array;
  /** [N] */
  readonly labels: Int32Array;
  /** D */
  readonly width: number;
}

/**
 * Computes a network's features of a split, without augmentation.
 *
 * @param signal ends the reading early, with an AbortError
 */
export async function featuresOn(
  session: Session,
  dataset: Dataset,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<LabelledFeatures> {
  const { labels } = dataset;
  let width = 0;
  let all = new Float32Array(0);
  await readSplit(session, dataset, {
    signal,
    see: ({ features, positions }) => {
      width = features.shape[1]!; // [N, D]
      if (all.length === 0) all = new Float32Array(labels.length * width);
      const values = features.data() as Float32Array;
      positions.forEach((position, i) => {
        all.set(values.subarray(i * width, (i + 1) * width), position * width);
      });
    },
  });
  return { features: all, labels, width };
}
