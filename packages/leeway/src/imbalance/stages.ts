import { expected } from "../errors.ts";
import { requireCounts, type ClassCounts } from "./class-counts.ts";

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
