import { expected } from "../errors.ts";
import { requireCounts, type ClassCounts } from "./class-counts.ts";

/**
 * How rich a family F of functions is, in one of the two readings of the paper's C(F).
 *
 * `capacity`: one number C(F) that no sample size changes, such as a squared norm or a dimension; a class with n_j
 * examples then has the Rademacher complexity √(C(F)/n_j). `rademacher`: the empirical Rademacher complexities
 * R̂_j(F) themselves, one for each class, which hold their 1/√n_j already.
 */
export type Complexity = { readonly capacity: number } | { readonly rademacher: ArrayLike<number> };

/**
 * R̂_j, the empirical Rademacher complexity of F on each class's examples.
 *
 * @returns length K: √(C(F)/n_j) in the first reading, the given numbers in the second
 * @throws ArgumentError if a complexity is below 0 or the lengths differ
 */
export function rademacherOf(counts: ClassCounts, complexity: Complexity): Float64Array {
  requireCounts("rademacherOf", counts);
  if ("capacity" in complexity) {
    const { capacity } = complexity;
    requireAmount("capacity", capacity);
    return Float64Array.from(counts, (n) => Math.sqrt(capacity / n));
  }
  const { rademacher } = complexity;
  if (rademacher.length !== counts.length) {
    throw expected("rademacherOf", "rademacher", `to be of ${counts.length} classes`, rademacher.length);
  }
  return Float64Array.from(rademacher, (value, j) => {
    requireAmount(`rademacher[${j}]`, value);
    return value;
  });
}

/**
 * The smallest capacity that covers given Rademacher complexities: C(F) = max_j n_j R̂_j².
 *
 * @throws ArgumentError as {@link rademacherOf}
 */
export function coveringCapacity(counts: ClassCounts, rademacher: ArrayLike<number>): number {
  return Math.max(...rademacherOf(counts, { rademacher }).map((value, j) => counts[j]! * value ** 2)); // K of both
}

/** What {@link linearHeadRademacher} needs to know of a trained network. */
export interface LinearHead {
  /** ‖W‖, the Frobenius norm of the last layer, its bias included as one more column. */
  readonly weightNorm: number;
  /** The mean of ‖φ(x)‖² over the examples of each class, length K; with a bias 1 more. */
  readonly squaredFeatureNorms: ArrayLike<number>;
}

/**
 * An estimate of R̂_j for a network: that of its last layer alone, all linear heads of no larger norm over the
 * features φ as they are,
 *
 *     R̂_j ≤ 2 ‖W‖ √(K · mean ‖φ‖² / n_j).
 *
 * The margin is √2-Lipschitz in the logits and the contraction inequality for vectors brings another √2. That the
 * features were learned from the same examples is left out, so that the network's own R̂_j is larger than this.
 *
 * @returns length K
 * @throws ArgumentError if a norm is below 0 or the lengths differ
 * @source Maurer 2016 (arXiv:1605.00251), the contraction inequality, here for the margin of K linear functions
 */
export function linearHeadRademacher(
  counts: ClassCounts,
  { weightNorm, squaredFeatureNorms }: LinearHead,
): Float64Array {
  requireAmount("weightNorm", weightNorm);
  const classes = counts.length;
  const values = Array.from(
    squaredFeatureNorms,
    (square, j) => 2 * weightNorm * Math.sqrt((classes * square) / (counts[j] ?? NaN)),
  );
  return rademacherOf(counts, { rademacher: values });
}

function requireAmount(name: string, value: number): void {
  if (value >= 0 && value < Infinity) return;
  throw expected("complexity", name, "to be at least 0", value);
}
