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
  /** The run whose first epochs, below `epoch`, this one shares; none where left out. */
  readonly forkedFrom?: { readonly run: string; readonly epoch: number };
}

/** What was asked: with the same code and data it gives the same run again. */
export interface RecipeRecord {
  readonly dataset: string;
  readonly profile: "longtail" | "step" | "balanced";
  /** ρ = n_max / n_min, at least 1. */
  readonly ratio: number;
  /** n_max, examples of the most frequent class; null for as many as the data set has. */
  readonly maxPerClass: number | null;
  readonly method: string;
  readonly methodOptions: Readonly<Record<string, number | string | boolean>>;
  readonly model: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly schedule: {
    readonly base: number;
    readonly warmupEpochs: number;
    readonly decays: readonly { readonly fromEpoch: number; readonly factor: number }[];
  };
  readonly momentum: number;
  readonly weightDecay: number;
  readonly precision: "fp32" | "bf16";
  readonly seed: number;
  /** `paper` chooses the epoch on the test set; `honest` on a validation split, and reads the test set once. */
  readonly protocol: "paper" | "honest";
  /** Share of the training data held out for validation, in [0, 1); 0 for none. */
  readonly validationFraction: number;
}

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
