import { expected } from "../../errors.ts";
import type { Batch, BatchOptions, Dataset, InputShape } from "../dataset.ts";
import { type Examples, requireIndices } from "../examples.ts";
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
  const lengths = Uint32Array.from(texts.words, ({ length }) => length);
  return {
    ...texts,
    select: (indices) => {
      requireIndices("select", "indices", { indices, length: lengths.length });
      const of = Array.from(indices);
      return textDataset({
        ...texts,
        words: of.map((i) => texts.words[i]!),
        labels: Int32Array.from(of, (i) => texts.labels[i]!),
        ids: Uint32Array.from(of, (i) => texts.ids[i]!),
      });
    },
    batches: (order, { batchSize, vary }) => {
      if (vary?.cutout !== undefined) {
        throw expected("textDataset", "cutout", "not to be set for texts", vary.cutout, "Leave it out.");
      }
      requireIndices("batches", "order", { indices: order, length: lengths.length });
      const batches = lengthBuckets(order, lengths, { batchSize, ...(vary && { random: vary.random }) });
      return batchesOf(texts, batches);
    },
  };
}

function* batchesOf({ words, labels }: EncodedTexts, batches: readonly Uint32Array[]): Generator<Batch> {
  for (const positions of batches) {
    const { length } = positions;
    const lengths = Int32Array.from(positions, (position) => words[position]!.length);
    const longest = lengths.reduce((most, each) => Math.max(most, each), 0);
    const tokens = new Int32Array(length * longest);
    positions.forEach((position, row) => {
      tokens.set(words[position]!, row * longest);
    });
    yield {
      inputs: [
        { values: tokens, shape: [length, longest] },
        { values: lengths, shape: [length] },
      ],
      targets: Int32Array.from(positions, (position) => labels[position]!),
      positions,
      length,
    };
  }
}
