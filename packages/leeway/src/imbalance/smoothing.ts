import { expected } from "../errors.ts";
import { requireCounts, type ClassCounts } from "./class-counts.ts";

/**
 * How much of a target's probability label-aware smoothing gives to the other classes: much for frequent classes, of
 * which networks are too sure, little for rare ones.
 *
 *     ε_j = ε_tail + (ε_head - ε_tail) · sin( π/2 · (n_j - n_min) / (n_max - n_min) )
 *
 * @param counts n_j, length K
 * @param head   ε of the most frequent class, in [0, 1); of all where counts are equal
 * @param tail   ε of the rarest, in [0, 1)
 * @returns ε, length K, in label order
 * @throws ArgumentError if a count is below 1, or `head` or `tail` outside [0, 1)
 * @source Zhong et al. 2021 (arXiv:2104.00466), section 3.2, the concave form; 0.3 and 0 in the authors' code for
 *   CIFAR-10
 */
export function labelSmoothing(counts: ClassCounts, { head = 0.3, tail = 0 } = {}): Float64Array {
  requireCounts("labelSmoothing", counts);
  for (const [name, value] of Object.entries({ head, tail })) {
    if (!(value >= 0 && value < 1)) throw expected("labelSmoothing", name, "to be in [0, 1)", value);
  }
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return Float64Array.from(counts, (n) => {
    const frequent = least === most ? 1 : (n - least) / (most - least);
    return tail + (head - tail) * Math.sin((Math.PI / 2) * frequent);
  });
}
