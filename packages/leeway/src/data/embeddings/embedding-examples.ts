import { vectorRows } from "@leeway/torch";
import { type Fill, plannedBatches, readLater } from "../batching.ts";
import type { BatchArray, Dataset } from "../dataset.ts";
import { type Examples, selectRows } from "../examples.ts";
import type { EmbeddingSteps } from "../../preparation/index.ts";

/** Vectors with their classes. `ids` are the rows of `vectors`, which all parts share. */
export interface EmbeddingExamples extends Examples {
  /** D */
  readonly size: number;
  /** [rows, D] */
  readonly vectors: Float32Array;
  select(indices: ArrayLike<number>): EmbeddingExamples;
}

/** Vectors as examples. */
export function embeddingExamples(rows: Omit<EmbeddingExamples, "select">): EmbeddingExamples {
  return { ...rows, select: (indices) => embeddingExamples({ ...rows, ...selectRows(rows, indices) }) };
}

/** Learns each dimension's mean and deviation from the training examples. */
export function learnEmbeddingSteps({ vectors, ids, size }: EmbeddingExamples): EmbeddingSteps {
  const mean = new Float64Array(size);
  const squares = new Float64Array(size);
  for (const row of ids) for (let d = 0; d < size; d++) mean[d]! += vectors[row * size + d]! / ids.length;
  for (const row of ids) {
    for (let d = 0; d < size; d++) squares[d]! += (vectors[row * size + d]! - mean[d]!) ** 2 / ids.length;
  }
  const std = Array.from(squares, (square, d) => {
    const deviation = Math.sqrt(square);
    return deviation > 1e-7 * Math.abs(mean[d]!) ? deviation : 1; // a dimension that never changes
  });
  return { kind: "embedding", version: 1, mean: [...mean], std };
}

/** Vectors as a data set. */
export function embeddingDataset(
  examples: Omit<EmbeddingExamples, "select">,
  steps: EmbeddingSteps,
): Dataset {
  const { name, classNames, labels, ids, size } = examples;
  return {
    ...{ name, classNames, labels, ids },
    input: { kind: "embedding", size },
    select: (indices) => embeddingDataset({ ...examples, ...selectRows(examples, indices) }, steps),
    batches: (order, { batchSize, share }) =>
      plannedBatches({ labels, order, batchSize, share }, (capacity) =>
        embeddingFill(capacity, examples, steps),
      ),
  };
}

function embeddingFill(
  capacity: number,
  { vectors, ids, size }: Omit<EmbeddingExamples, "select">,
  { mean, std }: EmbeddingSteps,
): Fill {
  const all = new Uint32Array(capacity);
  const how = { mean: Float64Array.from(mean), deviation: Float64Array.from(std) };
  return (positions) => {
    const { length } = positions;
    for (let slot = 0; slot < length; slot++) all[slot] = ids[positions[slot]!]!;
    const rows = all.subarray(0, length);
    const toTensor: BatchArray["toTensor"] = (device) => vectorRows(vectors, rows, { ...how, device });
    const input = readLater({ shape: [length, size], toTensor }, () => {
      const into = new Float32Array(length * size);
      for (let slot = 0; slot < length; slot++) {
        const from = rows[slot]! * size;
        for (let d = 0; d < size; d++) {
          into[slot * size + d] = (vectors[from + d]! - how.mean[d]!) / how.deviation[d]!;
        }
      }
      return into;
    });
    return [input];
  };
}
