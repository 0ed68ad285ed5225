import type { Metrics } from "../metrics/index.ts";

/** One line of `metrics.jsonl`: what an epoch gave. */
export interface EpochRecord {
  /** Counted from 0. */
  readonly epoch: number;
  readonly learningRate: number;
  /** Which of the method's stages held, counted from 0. */
  readonly stage: number;
  /**
   * Running means over the epoch's batches; `topOne` is a fraction, `gradientNorm` that of all parameters, absent in older
   * records.
   */
  readonly train: { readonly loss: number; readonly topOne: number; readonly gradientNorm?: number };
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
  readonly metrics: Metrics;
}
