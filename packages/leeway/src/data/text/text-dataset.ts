import { expected } from "../../errors.ts";
import { permutation, type Random } from "../../random.ts";
import { filledBatches, requireBatches, requireBatchSize } from "../batching.ts";
import type { Batch, BatchArray, BatchOptions, Dataset, InputShape } from "../dataset.ts";
import { type Examples, selectRows } from "../examples.ts";

/** Texts as word numbers. */
export interface EncodedTexts extends Omit<Examples, "select"> {
  readonly input: Extract<InputShape, { readonly kind: "text" }>;
  /** [N], each the numbers of a text's words, at least one. */
  readonly words: readonly Int32Array[];
}

/** Texts ready for a network: one split of a data set, or a part of it. */
export interface TextDataset extends EncodedTexts, Dataset {
  readonly input: EncodedTexts["input"];
  select(indices: ArrayLike<number>): TextDataset;
  batches(order: ArrayLike<number>, options: BatchOptions): Iterable<Batch>;
}

/**
 * Texts as a data set. A batch is tokens [N, T], 0 after a text's end, and lengths [N]; it holds texts of like lengths,
 * so it keeps another order than `order`, see {@link lengthBuckets}.
 */
export function textDataset(texts: EncodedTexts): TextDataset {
  const { words, labels } = texts;
  const lengths = Uint32Array.from(words, ({ length }) => length);
  return {
    ...texts,
    select: (indices) => {
      const rows = selectRows(texts, indices);
      return textDataset({ ...texts, ...rows, words: Array.from(indices, (i) => words[i]!) });
    },
    batches: (order, { batchSize, vary, share }) => {
      if (vary?.cutout !== undefined) {
        throw expected("batches", "cutout", "not to be set for texts", vary.cutout, "Leave it out.");
      }
      requireBatches({ labels, order, batchSize });
      const parts = lengthBuckets(order, lengths, { batchSize, ...(vary && { random: vary.random }) });
      return filledBatches({ labels, share }, parts, (positions) => paddedTexts(words, positions));
    },
  };
}

/** Tokens [N, T] and lengths [N]: arrays of their own for every batch, since T is that of its longest text. */
function paddedTexts(words: readonly Int32Array[], positions: Uint32Array): BatchArray[] {
  const { length } = positions;
  const lengths = Int32Array.from(positions, (position) => words[position]!.length);
  const longest = lengths.reduce((max, each) => Math.max(max, each), 0);
  const tokens = new Int32Array(length * longest);
  positions.forEach((position, row) => {
    tokens.set(words[position]!, row * longest);
  });
  return [
    { values: tokens, shape: [length, longest] },
    { values: lengths, shape: [length] },
  ];
}

/** Batches whose lengths are sorted together: more make batches evener in length, fewer keep the order more random. */
const batchesAPool = 50;

/**
 * Batches of texts of like lengths, so that little of a batch is padding.
 *
 * For training the order is cut into pools of 50 batches; each pool is sorted by length and cut into batches, and all
 * batches are shuffled. Otherwise everything is sorted, the longest first, so that memory peaks at the beginning.
 * What is in the order is in the batches, repeats included; texts of one length keep their order.
 *
 * @param order   positions
 * @param lengths of every position
 * @param random  shuffles the batches of training; by default, for evaluation, all is sorted
 * @returns the positions of each batch; one batch is short where the sizes do not divide
 * @throws ArgumentError if the batch size is no whole number of at least 1
 */
export function lengthBuckets(
  order: ArrayLike<number>,
  lengths: ArrayLike<number>,
  { batchSize, random }: { readonly batchSize: number; readonly random?: Random },
): Uint32Array[] {
  requireBatchSize("lengthBuckets", batchSize);
  const pool = random === undefined ? Math.max(order.length, 1) : batchSize * batchesAPool;
  const positions = Uint32Array.from(order);
  const batches: Uint32Array[] = [];
  for (let start = 0; start < positions.length; start += pool) {
    const sorted = positions.subarray(start, start + pool).sort((a, b) => lengths[b]! - lengths[a]!);
    for (let from = 0; from < sorted.length; from += batchSize) {
      batches.push(sorted.subarray(from, from + batchSize));
    }
  }
  if (random === undefined) return batches;
  return Array.from(permutation(batches.length, random), (place) => batches[place]!);
}
