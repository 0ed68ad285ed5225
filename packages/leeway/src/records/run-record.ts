import type { Recipe } from "../recipe/index.ts";

/** The version of the records that this code writes and reads; raised when a field changes its meaning. */
export const recordVersion = 1;

/** `run.json`: a run's recipe, data and environment. Written once, before the first epoch. */
export interface RunRecord {
  readonly version: typeof recordVersion;
  /** The name of the run's folder. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The command line, one argument each. */
  readonly command: readonly string[];
  readonly recipe: RecipeRecord;
  readonly data: DataRecord;
  readonly environment: EnvironmentRecord;
  /** What was taken from the weights that the recipe begins from; absent for a run that begins anew, and for a fork. */
  readonly initialised?: InitRecord;
  /**
   * The run whose first epochs, below `epoch`, this one shares, and what of versions and machine had changed since;
   * absent for a run from the start.
   */
  readonly forkedFrom?: {
    readonly run: string;
    readonly epoch: number;
    readonly changes?: readonly string[];
  };
  /** Each resume: when, from which epoch and step, and what had changed; absent for a run that never stopped. */
  readonly resumed?: readonly {
    readonly at: string;
    readonly epoch: number;
    readonly step: number;
    readonly changes: readonly string[];
  }[];
}

/** What a network took from weights to begin from, by the names of its tensors and of the file's. */
export interface InitRecord {
  /** How many tensors were loaded. */
  readonly loaded: number;
  /** Those of the network that begin as without them. */
  readonly fresh: readonly string[];
  /** Those of the file that are not used. */
  readonly leftOver: readonly string[];
  /** Present where numbers of 16 bits in the file became float32. */
  readonly widened?: true;
}

/** What was requested: with the same code and data it gives the same run again. */
export type RecipeRecord = Recipe;

/** The data a run saw. */
export interface DataRecord {
  /** n_j of the examples trained on, after the profile and the validation split; length K. */
  readonly trainCounts: readonly number[];
  /**
   * n_j before the most frequent class was thinned by `keepNegatives`, length K: the frequencies that probabilities
   * have. Absent where it was not, and those are `trainCounts`; see {@link priorCounts}.
   */
  readonly unthinnedCounts?: readonly number[];
  readonly trainSize: number;
  readonly validationSize: number;
  readonly testSize: number;
  /** Validation examples of each class, length K; absent without a validation split, and in older records. */
  readonly validationCounts?: readonly number[];
  /** Test examples of each class, length K; absent in older records. */
  readonly testCounts?: readonly number[];
  readonly classNames: readonly string[];
  /** A hash of the chosen examples. */
  readonly fingerprint: string;
  /** SHA-256 over what the network is given of them too: tells changed files apart. Older records have none. */
  readonly contents?: string;
  /** Of custom data: whether the seed chose the test split from it. Older records do not say. */
  readonly testHeldOut?: boolean;
  /** False where custom data has a validation split of its own; absent where the seed chose it. */
  readonly validationHeldOut?: boolean;
  /** What reading left out or mended, counted; absent for nothing. */
  readonly notes?: readonly string[];
}

/** The counts whose frequencies probabilities have: the training split's, before the most frequent class was thinned. */
export function priorCounts({
  trainCounts,
  unthinnedCounts = trainCounts,
}: Pick<DataRecord, "trainCounts" | "unthinnedCounts">): readonly number[] {
  return unthinnedCounts;
}

/** Where a run happened: versions and hardware. */
export interface EnvironmentRecord {
  readonly leeway: string;
  readonly node: string;
  readonly libtorch: string;
  readonly blas: string;
  readonly cpu: string;
  readonly threads: number;
  /** The vector instructions of libtorch's operators and of ours on the CPU. Older records do not say. */
  readonly capability?: { readonly libtorch: string; readonly kernels: string };
  /** Absent for the CPU. */
  readonly device?: string;
  /** Absent for the CPU, and in older records. */
  readonly gpu?: GpuRecord;
  /** How many processes trained it together; absent for one. `threads` are those of each. */
  readonly ranks?: number;
  readonly os: string;
}

/** A GPU that computed a run, and what drove it. */
export interface GpuRecord {
  readonly name: string;
  /** "CUDA 13.0". */
  readonly runtime: string;
  /** "9.19.0"; absent where there is none. */
  readonly cudnn?: string;
  /** "580.159.03"; absent where it did not say. */
  readonly driver?: string;
  /** False where the run might be faster than reproducible. */
  readonly reproducible: boolean;
}
