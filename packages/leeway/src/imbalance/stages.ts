import { expected } from "../errors.ts";
import { requireCounts, type ClassCounts } from "./class-counts.ts";

/** What each class counts for, and how often its examples are drawn, from an epoch on. */
export interface Stage {
  /** The first epoch of the stage, counted from 0. */
  readonly fromEpoch: number;
  /** What an example of class j weighs in the loss: length K, mean 1 over the classes. */
  readonly classWeights: Float64Array;
  /** How often an example of class j is drawn, relative to the others: length K, mean 1 over the classes. */
  readonly samplingOdds: Float64Array;
  /**
   * What learns: the last layer alone, or only the scales of its logits, on features that stay as they are;
   * everything where left out.
   */
  readonly trainable?: "classifier" | "scale";
  /**
   * Whether batch normalisation goes on learning its statistics where features do not: other odds show it other
   * examples than those it knows.
   */
  readonly shiftStatistics?: boolean;
  /** ε_j, how much of a target's probability goes to the other classes: length K; none where left out. */
  readonly smoothing?: Float64Array;
  /** Whether the last layer starts anew. */
  readonly restart?: boolean;
  /**
   * The learning rate at the stage's start, as a multiple of the recipe's before it drops; it falls epoch by epoch
   * along half a cosine to 0. The recipe's schedule where left out.
   */
  readonly rateFactor?: number;
}

/**
 * The stage that holds in an epoch: the last one that has begun.
 *
 * @param stages in ascending order of `fromEpoch`; the first begins at epoch 0
 * @param epoch  counted from 0
 * @throws ArgumentError if no stage has begun by that epoch
 */
export function stageAt(stages: readonly Stage[], epoch: number): Stage {
  const stage = stages.findLast(({ fromEpoch }) => fromEpoch <= epoch);
  if (stage === undefined) {
    const beginnings = stages.map(({ fromEpoch }) => fromEpoch);
    throw expected(
      "stageAt",
      "stages",
      `to have begun by epoch ${epoch}`,
      beginnings,
      "Begin the first at epoch 0.",
    );
  }
  return stage;
}

/**
 * The epoch from which the deferred stage of a run holds: round(deferAt · epochs), but no later than the last one, so
 * that a short run has its second stage too.
 *
 * The default is the paper's: epoch 160 of 200, where the learning rate drops first.
 *
 * @param epochs  length of the run, at least 1
 * @param deferAt share of the run before the deferred stage, in [0, 1]; 1 means never
 * @throws ArgumentError if an argument is out of its range
 * @source Cao et al. 2019 (arXiv:1906.07413v2), Algorithm 1: T₀
 */
export function deferralEpoch(epochs: number, { deferAt = 0.8 } = {}): number {
  if (!Number.isSafeInteger(epochs) || epochs < 1) {
    throw expected("deferralEpoch", "epochs", "to be a whole number of at least 1", epochs);
  }
  if (!(deferAt >= 0 && deferAt <= 1)) {
    throw expected("deferralEpoch", "deferAt", "to be in [0, 1]", deferAt, "It is a share of the epochs.");
  }
  const epoch = Math.round(deferAt * epochs);
  return deferAt < 1 && epochs > 1 ? Math.min(epoch, epochs - 1) : epoch;
}

/**
 * Equal weights or odds: 1 for every class.
 *
 * @param counts n_j, length K; only their number matters
 * @returns length K
 * @throws ArgumentError if a count is below 1
 */
export function ones(counts: ClassCounts): Float64Array {
  requireCounts("ones", counts);
  return new Float64Array(counts.length).fill(1);
}
