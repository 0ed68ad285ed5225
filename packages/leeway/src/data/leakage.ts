import { createHash } from "node:crypto";
import type { Batch, Dataset } from "./dataset.ts";
import { bytesOf, inputBytes } from "./hash.ts";

/** Bytes of a split's inputs that are compared at most: a million rows of thirty numbers, two seconds. */
const budget = 128 * 2 ** 20;

/** Fewer are chance: where columns hold few values, some rows are alike. */
const worthSaying = 0.01;

/**
 * What to say of test examples that were trained on: those whose inputs and class are a training example's, as the
 * network is given them. Nothing where they are few, or where the data are too much to be compared.
 *
 * @param signal ends the reading early, with its reason
 */
export async function leakageWarnings(
  { train, test }: { readonly train: Dataset; readonly test: Dataset },
  signal?: AbortSignal,
): Promise<string[]> {
  if ((await isTooMuch(train)) || (await isTooMuch(test))) return [];
  const tested = new Map<string, number>();
  for await (const key of keysOf(test, signal)) tested.set(key, (tested.get(key) ?? 0) + 1);
  let copies = 0;
  for await (const key of keysOf(train, signal)) {
    copies += tested.get(key) ?? 0;
    tested.delete(key); // counted once
  }
  const total = test.labels.length;
  if (copies === 0 || copies < worthSaying * total) return [];
  return [
    `${copies} of the ${total} test examples are copies of training examples, class and all: the test is too good by what was learned by heart`,
  ];
}

async function isTooMuch(split: Dataset): Promise<boolean> {
  const { length } = split.labels;
  return length > 0 && length * (await inputBytes(split)) > budget;
}

/** A hash of each example's inputs and class. */
async function* keysOf(split: Dataset, signal?: AbortSignal): AsyncGenerator<string, void, undefined> {
  for await (const batch of split.batches(Uint32Array.from(split.labels.keys()), { batchSize: 256 })) {
    signal?.throwIfAborted();
    for (let row = 0; row < batch.length; row++) yield keyOf(batch, row);
  }
}

function keyOf({ inputs, targets, length }: Batch, row: number): string {
  const hash = createHash("sha1").update(String(targets[row]));
  for (const { values } of inputs) {
    const size = values.length / length;
    let end = (row + 1) * size;
    while (end > row * size && values[end - 1] === 0) end--; // a text is filled up to the longest of its batch
    hash.update(bytesOf(values.subarray(row * size, end))).update("|");
  }
  return hash.digest("base64");
}
