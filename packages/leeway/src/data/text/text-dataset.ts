import { expected } from "../../errors.ts";
import { filledBatches, requireBatches } from "../batching.ts";
import type { Batch, BatchArray, BatchOptions, Dataset, InputShape } from "../dataset.ts";
import { type Examples, selectRows } from "../examples.ts";
import { lengthBuckets } from "./length-buckets.ts";

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
 * so its order is not the one asked for, see {@link lengthBuckets}.
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
    batches: (order, { batchSize, vary }) => {
      if (vary?.cutout !== undefined) {
        throw expected("batches", "cutout", "not to be set for texts", vary.cutout, "Leave it out.");
      }
      requireBatches({ labels, order, batchSize });
      const parts = lengthBuckets(order, lengths, { batchSize, ...(vary && { random: vary.random }) });
      return filledBatches(labels, parts, (positions) => paddedTexts(words, positions));
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
