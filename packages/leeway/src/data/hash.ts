import { createHash, type Hash } from "node:crypto";
import type { Dataset } from "./dataset.ts";
import type { Examples } from "./examples.ts";

/**
 * SHA-256 over a data set's name, ids and labels, in order: two runs saw the same examples if and only if
 * (but for a collision) these agree. The pixels are left out: ids and labels already tell subsets apart.
 *
 * @returns 64 hexadecimal digits; the first 16 are enough to show
 */
export function fingerprint({ name, ids, labels }: Pick<Examples, "name" | "ids" | "labels">): string {
  const hash = createHash("sha256");
  hash.update(`${name}\n${labels.length}\n`);
  hash.update(littleEndian(ids));
  hash.update(littleEndian(labels));
  return hash.digest("hex");
}

/** The numbers as bytes in one order on every machine. */
function littleEndian(values: Uint32Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setInt32(4 * i, values[i]!, true);
  return bytes;
}

/** The splits of a run's data. */
export interface DataSplits {
  readonly train: Dataset;
  /** Null where nothing chooses the epoch. */
  readonly validation: Dataset | null;
  readonly test: Dataset;
  /** [N], what the examples of `train` weigh in the loss, with mean 1; absent where all weigh the same. */
  readonly rowWeights?: Float32Array;
}

/** The max bytes of one split that are read: enough for any table, and no epoch's work for a folder of photographs. */
const budget = 64 * 2 ** 20;

/**
 * SHA-256 over what a network is trained on: every example's id and label, and the inputs of as many examples, evenly
 * spaced, as 64 MB hold. Tells apart files that have changed under the same names. Of the test split, which is read
 * at the end of a run and not before, only ids and labels. What training examples weigh counts, where they do.
 */
export async function dataHash({ train, validation, test, rowWeights }: DataSplits): Promise<string> {
  const hash = createHash("sha256");
  for (const split of [train, validation, test]) {
    if (split === null) continue;
    hash.update(JSON.stringify([split.classNames, split.labels.length]));
    hash.update(bytesOf(split.labels)).update(bytesOf(split.ids));
    if (split !== test && split.labels.length > 0) await addInputs(hash, split);
  }
  if (rowWeights !== undefined) hash.update(bytesOf(rowWeights));
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
export function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
