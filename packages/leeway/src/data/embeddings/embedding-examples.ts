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

/** The steps that change no dimension, of vectors of length 1 or as they are. */
export function plainEmbeddingSteps(size: number, { unit }: { readonly unit: boolean }): EmbeddingSteps {
  const all = (value: number): number[] => Array<number>(size).fill(value);
  return { kind: "embedding", version: 1, ...(unit && { unit }), mean: all(0), std: all(1) };
}

/** Vectors of length 1, [rows, D]; those of zeros stay. Computed once for the splits that share them. */
function unitVectors({ vectors, size }: Pick<EmbeddingExamples, "vectors" | "size">): Float32Array {
  const known = units.get(vectors);
  if (known !== undefined) return known;
  const made = new Float32Array(vectors.length);
  for (let from = 0; from < vectors.length; from += size) {
    let squares = 0;
    for (let d = from; d < from + size; d++) squares += vectors[d]! ** 2;
    const length = Math.sqrt(squares) || 1;
    for (let d = from; d < from + size; d++) made[d] = vectors[d]! / length;
  }
  units.set(vectors, made);
  return made;
}

const units = new WeakMap<Float32Array, Float32Array>();

/** Vectors as a data set. */
export function embeddingDataset(
  examples: Omit<EmbeddingExamples, "select">,
  steps: EmbeddingSteps,
): Dataset {
  const vectors = steps.unit ? unitVectors(examples) : examples.vectors;
  const { name, classNames, labels, ids, size } = examples;
  return {
    ...{ name, classNames, labels, ids },
    input: { kind: "embedding", size },
    select: (indices) => embeddingDataset({ ...examples, ...selectRows(examples, indices) }, steps),
    batches: (order, { batchSize, share }) =>
      plannedBatches({ labels, order, batchSize, share }, (capacity) =>
        embeddingFill(capacity, { ...examples, vectors }, steps),
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
