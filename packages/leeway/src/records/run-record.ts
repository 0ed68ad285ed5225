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

/** What was asked: with the same code and data it gives the same run again. */
export interface RecipeRecord {
  readonly dataset: string;
  /** A person's own data; that of the catalogue where left out. */
  readonly source?: SourceRecord;
  /** The share of own data held out as its test split, where it has none. */
  readonly testFraction?: number;
  /** `natural`: class counts as they are. */
  readonly profile: "longtail" | "step" | "balanced" | "natural";
  /** Classes that were thinned out, and the share that each kept; none where left out. */
  readonly keep?: Readonly<Record<string, number>>;
  /** ρ = n_max / n_min, at least 1. */
  readonly ratio: number;
  /** How the test set was cut, its classes in an order that `seed` draws; whole where left out. */
  readonly testProfile?: {
    readonly profile: "longtail" | "step";
    readonly ratio: number;
    readonly seed: number;
  };
  /** n_max, examples of the most frequent class; null for as many as the data set has. */
  readonly maxPerClass: number | null;
  /** How texts became numbers, where not as usual. */
  readonly text?: {
    readonly vocabularySize?: number;
    readonly minCount?: number;
    readonly maxLength?: number;
  };
  readonly method: string;
  readonly methodOptions: Readonly<Record<string, number | string | boolean | readonly number[]>>;
  readonly model: string;
  readonly epochs: number;
  readonly batchSize: number;
  readonly schedule: {
    readonly base: number;
    readonly warmupEpochs: number;
    readonly decays: readonly { readonly fromEpoch: number; readonly factor: number }[];
  };
  /** "sgd" where left out. */
  readonly optimizer?: "sgd" | "adam" | "adamw";
  readonly momentum: number;
  readonly weightDecay: number;
  readonly precision: "fp32" | "bf16";
  readonly seed: number;
  /** `paper` chooses the epoch on the test set; `honest` on a validation split, and reads the test set once. */
  readonly protocol: "paper" | "honest";
  /** Share of the training data held out for validation, in [0, 1); 0 for none. */
  readonly validationFraction: number;
}

/** Own data: which files, and how they are read. */
export interface SourceRecord {
  readonly kind: "image" | "text" | "table" | "embedding";
  readonly paths: readonly string[];
  readonly testPaths?: readonly string[];
  /** The column that holds the class; none where folders tell it. */
  readonly label?: string;
  readonly options?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
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
