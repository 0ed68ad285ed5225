import { createHash } from "node:crypto";
import type { Batch, Dataset } from "./dataset.ts";
import { countingIds } from "./examples.ts";
import { bytesOf, inputBytes } from "./hash.ts";

/** The max bytes of a split's inputs that are compared: a million rows of thirty numbers, two seconds. */
const budget = 128 * 2 ** 20;

/** Fewer are chance: where columns hold few values, some rows are alike. */
const minShare = 0.01;

/**
 * How many test examples leak into training: those whose content and class are those of a training example. The same
 * content with another class is a contradiction, and no leak.
 *
 * @param keys of each split's examples, equal where content and class are; each is read once
 */
export async function countLeaked(keys: {
  readonly train: AsyncIterable<string> | Iterable<string>;
  readonly test: AsyncIterable<string> | Iterable<string>;
}): Promise<number> {
  const tested = new Map<string, number>();
  for await (const key of keys.test) tested.set(key, (tested.get(key) ?? 0) + 1);
  let leaked = 0;
  for await (const key of keys.train) {
    leaked += tested.get(key) ?? 0;
    tested.delete(key); // counted once
  }
  return leaked;
}

/** A warning of test examples that leak into training. */
export function leakageWarning(leaked: number, total: number): string {
  return `${leaked} of the ${total} test examples are copies of training examples of the same class: the test accuracy is too optimistic`;
}

/**
 * Warns about test examples that leak into training, compared as the network sees them. No warning where they are few,
 * or where the data are too much to be compared.
 *
 * @param signal ends the reading early, with its reason
 */
export async function leakageWarnings(
  { train, test }: { readonly train: Dataset; readonly test: Dataset },
  signal?: AbortSignal,
): Promise<string[]> {
  if ((await isTooMuch(train)) || (await isTooMuch(test))) return [];
  const leaked = await countLeaked({ train: keysOf(train, signal), test: keysOf(test, signal) });
  const total = test.labels.length;
  return leaked === 0 || leaked < minShare * total ? [] : [leakageWarning(leaked, total)];
}

async function isTooMuch(split: Dataset): Promise<boolean> {
  const { length } = split.labels;
  return length > 0 && length * (await inputBytes(split)) > budget;
}

/** A hash of each example's inputs and class. */
async function* keysOf(split: Dataset, signal?: AbortSignal): AsyncGenerator<string, void, undefined> {
  const order = countingIds(split.labels.length);
  for await (const batch of split.batches(order, { batchSize: 256 })) {
    signal?.throwIfAborted();
    for (let row = 0; row < batch.length; row++) yield keyOf(batch, row);
  }
}

function keyOf({ inputs, targets, length }: Batch, row: number): string {
  const hash = createHash("sha1").update(String(targets[row]));
  for (const { values, offsets } of inputs) {
    const size = values.length / length;
    const [from, to] =
      offsets === undefined ? [row * size, (row + 1) * size] : [offsets[row]!, offsets[row + 1]!]; // one more than examples
    let end = to;
    while (end > from && values[end - 1] === 0) end--; // a text is padded to the longest of its batch
    hash.update(bytesOf(values.subarray(from, end))).update("|");
  }
  return hash.digest("base64");
}
