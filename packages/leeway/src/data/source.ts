import type { Dataset } from "./dataset.ts";
import type { Examples } from "./examples.ts";
import type { RowWeights } from "./row-weights.ts";
import type { SourceTies } from "./ties.ts";
import type { TextOptions } from "../catalogue/index.ts";

/** How far a long reading of data is. */
export interface ReadingProgress {
  /** In words: "caching images". */
  readonly what: string;
  readonly done: number;
  readonly of: number;
}

/** Where data sets lie and where what is made of them is kept. */
export interface DataFolders {
  /** A folder of data sets, searched before the default places. */
  readonly dataDir?: string | undefined;
  /** The folder of all image caches; by default the one that LEEWAY_IMAGE_CACHE names, else `images` in Leeway's part of the user's cache. */
  readonly cacheDir?: string | undefined;
}

/** Options of reading data: any kind may take them, and passes over those that it does not need. */
export interface Reading extends DataFolders {
  /** The record of the preparation of a run whose data this is: a table is read by its columns, whatever would be detected today. */
  readonly recorded?: unknown;
  /** Processors that a backbone may use; by default all. */
  readonly threads?: number | undefined;
  /** Reads what takes memory once for several processes, each of which gets the same; by default each by itself. */
  readonly once?: ReadOnce | undefined;
  /** Ends a long reading early, with an AbortError; what is done is kept. */
  readonly signal?: AbortSignal | undefined;
  /** Called about each second of a long reading. */
  readonly onProgress?: ((progress: ReadingProgress) => void) | undefined;
}

/**
 * Reads once what processes of a machine share, or takes what another one has read.
 *
 * @param read gives plain objects, lists, text, numbers and arrays of numbers
 */
export type ReadOnce = <T>(read: () => Promise<T>) => Promise<T>;

/** Of a process by itself. */
export const readHere: ReadOnce = (read) => read();

/** The paths of examples that are files, by their ids. */
export interface SplitFiles {
  readonly train: readonly string[];
  readonly test: readonly string[];
  readonly validation: readonly string[];
}

/** Data as it was read. Texts and tables are not numbers yet: how they become such is learned from a part of them. */
export interface Source {
  readonly train: Examples;
  /** Null where the data has no test split of its own. */
  readonly test: Examples | null;
  /** Null or absent where the data has no validation split of its own. */
  readonly validation?: Examples | null;
  /** Where examples are files: their paths by id, within {@link filesIn}. */
  readonly files?: SplitFiles;
  /** The folder, or the archive, that the paths of files are within. */
  readonly filesIn?: string;
  /** Groups and times of the examples, where data names them. */
  readonly ties?: SourceTies;
  /** What the examples of `train` weigh, where data says so. */
  readonly weights?: RowWeights;
  /** Notes on what was found, a sentence each: columns or files that are left out, counted. */
  readonly notes?: readonly string[];
  /**
   * Learns how examples become numbers (a vocabulary, means) from training examples alone.
   *
   * @param train examples of `train`, after thinning and without those that are held out
   */
  prepare(train: Examples, options?: PrepareOptions): Preparation;
}

/** Options of how examples become numbers. */
export interface PrepareOptions {
  readonly text?: Partial<TextOptions> | undefined;
  /** What is done to vectors in place of standardising them. */
  readonly normalize?: "l2" | "none" | undefined;
  /** The record of another run's preparation, which is taken over: of texts, tables and vectors nothing is learned then. */
  readonly taken?: unknown;
  /** What the channels of images are normalised by, where it is not to be learned. */
  readonly pixels?: { readonly mean: readonly number[]; readonly std: readonly number[] } | undefined;
}

/** How examples of a source become numbers. */
export interface Preparation {
  /** What was learned, as JSON: kept with the run, so that predictions prepare their input alike. Null if nothing was. */
  readonly record: unknown;
  /** @param examples of the same source */
  apply(examples: Examples): Dataset;
}

/** A source whose examples are numbers from the start. */
export function ready(splits: { readonly train: Dataset; readonly test: Dataset | null }): Source {
  // Only examples of this source come back, and these are data sets.
  return { ...splits, prepare: () => ({ record: null, apply: (examples) => examples as Dataset }) };
}
