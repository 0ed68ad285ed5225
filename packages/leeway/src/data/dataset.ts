import type { Tensor } from "@leeway/torch";
import type { AugmentPolicy } from "../catalogue/index.ts";
import type { Random } from "../random.ts";
import type { Examples } from "./examples.ts";

/** What a network must know of its inputs: their kind and their sizes. */
export type InputShape =
  /** Images [N, C, H, W] float32. */
  | { readonly kind: "image"; readonly channels: number; readonly height: number; readonly width: number }
  /**
   * Tokens [N, T] int64, 0 where a text has ended, and the lengths [N] int64. `idf`: what each word of the vocabulary
   * counts for by its rarity, once that has been learned. Sparse texts are features: the columns of those of all texts
   * in a row [Z] int64, their values [Z] float32, and how many each text has [N] int64; `vocabulary` is their number.
   */
  | {
      readonly kind: "text";
      readonly vocabulary: number;
      readonly idf?: Float32Array;
      readonly sparse?: true;
    }
  /**
   * Values [N, F] float32 and codes [N, G] int64; `categories` has the G sizes, 0 is unknown or missing. `knots` has for
   * columns of numbers the ends of bins of as many training rows each, once these have been learned.
   */
  | {
      readonly kind: "table";
      readonly numeric: number;
      readonly categories: readonly number[];
      readonly knots?: readonly (readonly number[])[];
    }
  /** Vectors [N, D] float32. */
  | { readonly kind: "embedding"; readonly size: number };

/** Examples as numbers, ready for a network: one split of a data set, or a part of it. */
export interface Dataset extends Examples {
  readonly input: InputShape;
  select(indices: ArrayLike<number>): Dataset;
  /**
   * The examples in `order`, in batches, the last one short where the sizes do not divide.
   *
   * The same order, options and random stream give the same batches.
   *
   * @param order positions in this data set, such as `epochOrder` gives
   * @throws ArgumentError at the call, not in the loop, if an option or a position is impossible
   */
  batches(order: ArrayLike<number>, options: BatchOptions): Iterable<Batch> | AsyncIterable<Batch>;
}

/** Whether a network computes sparse features of these examples. */
export function hasSparseInput({ input }: Pick<Dataset, "input">): boolean {
  return input.kind === "text" && input.sparse === true;
}

/** How examples are batched. */
export interface BatchOptions {
  readonly batchSize: number;
  /** How training varies examples, which takes random numbers; by default they stay as they are. */
  readonly vary?: Variation | undefined;
  /** What is taken of each batch, where other processes take the rest; by default all. */
  readonly share?: Share | undefined;
}

/**
 * A share of each batch. Order and variation are those of the whole batch: an example is the same whichever process takes
 * it, and nothing is read or computed of the others.
 */
export interface Share {
  /** Examples of the largest share of a batch of so many. */
  readonly largest: (batchSize: number) => number;
  /** The slots of the next batch that are taken, by its length. Asked once for each batch, in order. */
  readonly slotsOf: (length: number) => Uint32Array;
}

/** How many further views of an example there are, where there are any: a contrastive loss compares two. */
export const furtherViews = 2;

/** How further views of an image differ from it. */
export interface ViewRules {
  /** The smallest share of its area that a view may show, above 0 and at most 1. */
  readonly minArea: number;
  /** How often a view is blurred, from 0 to 1. */
  readonly blur: number;
}

/** What varies examples. */
export interface Variation {
  readonly random: Random;
  /** Side of the square that is cut out of images, in pixels; by default none. */
  readonly cutout?: number | undefined;
  /** How images are changed after the crop and the mirror; by default not at all. */
  readonly policy?: { readonly name: AugmentPolicy; readonly random: Random } | undefined;
  /** Further views of each image, {@link furtherViews} of them; by default none. */
  readonly views?: { readonly rules: ViewRules; readonly random: Random } | undefined;
}

/** A few examples as numbers. Its arrays may be used again for the next batch: copy what must outlive this one. */
export interface Batch {
  /**
   * What a model's features are computed from, in the order of its arguments. Further views are more rows of them: all
   * examples, then all first further views of them, and so on.
   */
  readonly inputs: readonly BatchArray[];
  /** [length], each 0 to K - 1. */
  readonly targets: Int32Array;
  /** [length], each example's position in the data set. */
  readonly positions: Uint32Array;
  /** Examples in this batch: the batch size, or what is left over at the end. */
  readonly length: number;
  /** Where this is a share of a batch: the positions of all its examples. */
  readonly whole?: Uint32Array;
}

/** One input of a batch, as a tensor is made from it. */
export interface BatchArray {
  /** Whole numbers become int64. Some are computed at the first reading. */
  readonly values: Float32Array | Int32Array;
  readonly shape: readonly number[];
  /** The same values of the same shape as a tensor, where the native part makes it faster, on all threads. */
  readonly toTensor?: (device: string) => Tensor;
  /** [N + 1], where each example's values begin and the last one's end, if examples differ in how many they have. */
  readonly offsets?: Uint32Array;
  /** [N, H, W, C] that the network sees as [N, C, H, W]. */
  readonly layout?: "channels-last";
}
