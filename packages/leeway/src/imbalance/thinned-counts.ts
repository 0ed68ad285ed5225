import { expected } from "../errors.ts";
import { type ClassCounts, requireCounts } from "./class-counts.ts";

/**
 * Class counts once the most frequent class is thinned to a share of its examples.
 *
 *     n'_top = max(round(share · n_top), the next largest n_j)
 *
 * So no class becomes rarer than another one was, and ρ never falls below that of the others. Of classes that are equally
 * frequent nothing is taken.
 *
 * @param share above 0, at most 1
 * @returns n', length K
 * @throws ArgumentError if a count is below 1 or the share is out of its range
 */
export function thinnedCounts(counts: ClassCounts, share: number): number[] {
  requireCounts("thinnedCounts", counts);
  if (!(share > 0 && share <= 1)) {
    throw expected("thinnedCounts", "share", "to be above 0 and at most 1", share);
  }
  const thinned = Array.from(counts);
  const [largest = 0, next = 0] = thinned.toSorted((one, other) => other - one);
  thinned[thinned.indexOf(largest)] = Math.max(Math.round(share * largest), next);
  return thinned;
}
