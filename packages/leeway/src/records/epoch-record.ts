/** One line of `metrics.jsonl`: what an epoch gave. */
export interface EpochRecord {
  /** Counted from 0. */
  readonly epoch: number;
  readonly learningRate: number;
  /** Which of the method's stages held, counted from 0. */
  readonly stage: number;
  /** Running means over the epoch's batches; `topOne` is a fraction. */
  readonly train: { readonly loss: number; readonly topOne: number };
  /** Null where the epoch was not followed by an evaluation. */
  readonly evaluation: EvaluationRecord | null;
  /** Wall time of the epoch, evaluation included. */
  readonly seconds: number;
  /** Training alone. */
  readonly imagesPerSecond: number;
}

/** The metrics of one split after an epoch. */
export interface EvaluationRecord {
  readonly split: "test" | "validation";
  /** Mean loss without class weights. */
  readonly loss?: number;
  readonly metrics: MetricsRecord;
}

/** Metrics as they are stored; all are fractions in [0, 1]. The fields are those of `Metrics` in leeway/metrics. */
export interface MetricsRecord {
  readonly topOne: number;
  /** Null for five classes or fewer. */
  readonly topFive: number | null;
  readonly balancedAccuracy: number;
  readonly worstClass: number;
  readonly gMean: number;
  readonly macroF1: number;
  readonly expectedCalibrationError: number;
  /** Length K; null for a class without an example in the split. */
  readonly perClass: readonly (number | null)[];
  /** Null for a group without an example in the split. */
  readonly shotGroups: {
    readonly many: number | null;
    readonly medium: number | null;
    readonly few: number | null;
  };
  /** [K, K] counts: row = true class, column = predicted class. */
  readonly confusion?: readonly (readonly number[])[];
  /** Of two classes: how well the rarer one, `positive`, is found. The thresholds are differences of logits. */
  readonly detection?: {
    readonly positive: number;
    readonly positives: number;
    readonly averagePrecision: number;
    readonly areaUnderRoc: number;
    readonly curve: readonly {
      readonly recall: number;
      readonly precision: number;
      readonly threshold: number;
    }[];
  };
}
