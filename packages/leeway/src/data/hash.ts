import { createHash, type Hash } from "node:crypto";
import type { Dataset } from "./dataset.ts";

/** The splits of a run's data. */
export interface DataSplits {
  readonly train: Dataset;
  /** Null where nothing chooses the epoch. */
  readonly validation: Dataset | null;
  readonly test: Dataset;
}

/** Bytes of one split that are read at most: enough for any table, and no epoch's work for a folder of photographs. */
const budget = 64 * 2 ** 20;

/**
 * SHA-256 over what a network is trained on: every example's id and label, and the inputs of as many examples, evenly
 * spaced, as 64 MB hold. Tells apart files that have changed under the same names. Of the test split, which is read
 * at the end of a run and not before, only ids and labels.
 */
export async function dataHash({ train, validation, test }: DataSplits): Promise<string> {
  const hash = createHash("sha256");
  for (const split of [train, validation, test]) {
    if (split === null) continue;
    hash.update(JSON.stringify([split.classNames, split.labels.length]));
    hash.update(bytesOf(split.labels)).update(bytesOf(split.ids));
    if (split !== test && split.labels.length > 0) await addInputs(hash, split);
  }
  return hash.digest("hex");
}

async function addInputs(hash: Hash, split: Dataset): Promise<void> {
  const { labels } = split;
  const size = await inputBytes(split);
  const count = Math.max(1, Math.min(labels.length, Math.floor(budget / size)));
  const spaced = Uint32Array.from({ length: count }, (_, i) => Math.floor((i * labels.length) / count));
  for await (const { inputs } of split.batches(spaced, { batchSize: 256 })) {
    for (const { values } of inputs) hash.update(bytesOf(values));
  }
}

/** Bytes of the first example's inputs. */
export async function inputBytes(split: Dataset): Promise<number> {
  for await (const { inputs } of split.batches([0], { batchSize: 1 })) {
    return inputs.reduce((sum, { values }) => sum + values.byteLength, 0) || 1;
  }
  return 1;
}

/** An array's memory as bytes. */
export function bytesOf(values: Float32Array | Int32Array | Uint32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
