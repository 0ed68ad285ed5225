import { type ClassCounts, requireCounts } from "./class-counts.ts";

/**
 * The sizes of the classes' clouds: how far noise may move their logits, most for the rarest class.
 *
 *     δ_j = (log n_max - log n_j) / (log n_max - log n_min)
 *
 * @param counts n_j, length K
 * @returns δ, length K, in label order: 0 for the most frequent class, 1 for the rarest, 0 for all where counts are equal
 * @throws ArgumentError if a count is below 1
 * @source Li et al. 2022 (CVPR, Gaussian clouded logit adjustment), section 3.3, divided by the largest as in the authors'
 *   code
 */
export function logitClouds(counts: ClassCounts): Float64Array {
  requireCounts("logitClouds", counts);
  const [most, least] = [Math.log(Math.max(...counts)), Math.log(Math.min(...counts))];
  return Float64Array.from(counts, (n) => (most === least ? 0 : (most - Math.log(n)) / (most - least)));
}
