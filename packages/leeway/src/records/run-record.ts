import type { Recipe } from "../recipe/index.ts";

/** The version of the records that this code writes and reads; raised when a field changes its meaning. */
export const recordVersion = 1;

/** `run.json`: what was asked of a run, on which data and where. Written once, before the first epoch. */
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
  /**
   * The run whose first epochs, below `epoch`, this one shares, and what of versions and machine had changed since;
   * none where left out.
   */
  readonly forkedFrom?: {
    readonly run: string;
    readonly epoch: number;
    readonly changes?: readonly string[];
  };
  /** Each time it went on after a stop: when, from which epoch and step, and what had changed; none where left out. */
  readonly resumed?: readonly {
    readonly at: string;
    readonly epoch: number;
    readonly step: number;
    readonly changes: readonly string[];
  }[];
}

/** What was requested: with the same code and data it gives the same run again. */
export type RecipeRecord = Recipe;

/** The data a run saw. */
export interface DataRecord {
  /** n_j of the examples trained on, after the profile and the validation split; length K. */
  readonly trainCounts: readonly number[];
  readonly trainSize: number;
  readonly validationSize: number;
  readonly testSize: number;
  readonly classNames: readonly string[];
  /** A hash of the chosen examples. */
  readonly fingerprint: string;
  /** SHA-256 over what the network is given of them too: tells changed files apart. Older records have none. */
  readonly contents?: string;
  /** Of own data, whether the test is a part of it that the seed chose. Older records do not say. */
  readonly testHeldOut?: boolean;
  /** What was left out or mended when they were read, counted; none where left out. */
  readonly notes?: readonly string[];
}

/** Where a run happened: versions and hardware. */
export interface EnvironmentRecord {
  readonly leeway: string;
  readonly node: string;
  readonly libtorch: string;
  readonly blas: string;
  readonly cpu: string;
  readonly threads: number;
  /** The CPU where left out. */
  readonly device?: string;
  readonly os: string;
}
