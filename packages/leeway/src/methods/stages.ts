import { type ClassCounts, deferralEpoch, ones, type Stage } from "../imbalance/index.ts";

/** One stage for the whole run: all classes count the same and are drawn as they come. */
export function plainStages(counts: ClassCounts): readonly Stage[] {
  return [{ fromEpoch: 0, classWeights: ones(counts), samplingOdds: ones(counts) }];
}

/** One stage for the whole run in which classes weigh in the loss: re-weighting (RW). */
export function weightedStages(counts: ClassCounts, classWeights: Float64Array): readonly Stage[] {
  return [{ fromEpoch: 0, classWeights, samplingOdds: ones(counts) }];
}

/** One stage for the whole run in which examples are drawn by their class: re-sampling (RS). */
export function sampledStages(counts: ClassCounts, samplingOdds: Float64Array): readonly Stage[] {
  return [{ fromEpoch: 0, classWeights: ones(counts), samplingOdds }];
}

/** How long a run is, and the share of its epochs before the second stage; 1 for never. */
export interface Deferral {
  readonly epochs: number;
  readonly deferAt: number;
}

/**
 * A plain first stage, then the given one: the deferral of DRW and DRS.
 *
 * @param stages the re-balancing stage, as `weightedStages` or `sampledStages` make it
 * @source Cao et al. 2019 (arXiv:1906.07413v2), Algorithm 1
 */
export function deferred(
  counts: ClassCounts,
  stages: readonly Stage[],
  { epochs, deferAt }: Deferral,
): readonly Stage[] {
  return followedBy(plainStages(counts), stages, { epochs, deferAt });
}

/** Stages up to the deferral, and others from there on. */
export function followedBy(
  first: readonly Stage[],
  second: readonly Stage[],
  { epochs, deferAt }: Deferral,
): readonly Stage[] {
  const fromEpoch = deferralEpoch(epochs, { deferAt });
  if (fromEpoch === 0) return second;
  const later = second.map((stage) => ({ ...stage, fromEpoch }));
  return fromEpoch < epochs ? [...first, ...later] : first;
}
