import { expected } from "../errors.ts";
import { requireLabels, requireScores } from "./ranking.ts";
import { shownProbability } from "./calibrated.ts";

/** Which classes an example may be of: those whose probability is at least their threshold. */
export interface ClassSets {
  /** α, the largest share of each class whose sets may lack it. */
  readonly alpha: number;
  /** t, length K, probabilities as predictions show them; 0 for a class that is in every set. */
  readonly thresholds: readonly number[];
  /** n, length K: the held-out examples of each class that its threshold is of. */
  readonly examples: readonly number[];
}

/**
 * Conformal sets of classes, each class with a threshold of its own, so that each, however rare, is in the sets of its
 * examples as often as requested.
 *
 *     C(x) = { j : p_j(x) >= t_j }
 *     t_j  = the k-th lowest p_j of the held-out examples of j,   k = floor((n_j + 1) α);   0 where k = 0
 *
 * In the terms of conformal prediction the score of j is 1 - p_j, and 1 - t_j its quantile: the l-th lowest score of the
 * class, l = ceil((n_j + 1)(1 - α)), infinite where l > n_j.
 *
 * A new example of j has j in its set with a probability of at least 1 - α, however p came about, if it is
 * exchangeable with the held-out ones of its class; the frequencies of the classes do not matter. Over all held-out
 * sets, the share of j's examples that are covered has the distribution Beta(n_j + 1 - k, k), or more where
 * probabilities tie.
 *
 * @param probabilities p, [N, K] row by row, of examples that the network was not trained on
 * @param labels        true classes, length N
 * @param alpha         α, in (0, 1)
 * @throws ArgumentError if a shape or label does not fit, a probability is not finite, or α is not in (0, 1)
 * @source Vovk 2012 (arXiv:1209.2673), label-conditional inductive conformal predictors, and the distribution of their
 *   coverage. Sadinle, Lei and Wasserman 2019 (arXiv:1609.00451): of all sets that cover each class as often, those cut
 *   from the true p_j are the smallest on average
 */
export function fitClassSets(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  { classes, alpha }: { readonly classes: number; readonly alpha: number },
): ClassSets {
  const rows = requireScores("fitClassSets", probabilities, classes);
  requireLabels("fitClassSets", labels, { classes, examples: rows });
  requireAlpha("fitClassSets", alpha);
  const own: number[][] = Array.from({ length: classes }, () => []);
  for (let i = 0; i < rows; i++) {
    const label = labels[i]!; // a class
    own[label]!.push(shownProbability(probabilities[i * classes + label]!));
  }
  const thresholds = own.map((values) => {
    const k = lowerRank(values.length, alpha);
    return k === 0 ? 0 : values.sort((a, b) => a - b)[k - 1]!; // k <= n
  });
  return { alpha, thresholds, examples: own.map(({ length }) => length) };
}

/**
 * The fewest held-out examples of a class that give it a threshold: the least n with (n + 1) α >= 1. With fewer no
 * probability is low enough to leave the class out at that α, so that it is in every set.
 *
 * @throws ArgumentError if α is not in (0, 1)
 */
export function examplesForAlpha(alpha: number): number {
  requireAlpha("examplesForAlpha", alpha);
  return Math.max(1, Math.ceil(1 / alpha - slack) - 1);
}

/**
 * Whether a class is in the set of an example. Compared is the probability as predictions show it, so that the sets
 * follow from what they write.
 *
 * @param probability p_j
 * @param threshold   t_j of {@link ClassSets}
 */
export function isInSet(probability: number, threshold: number): boolean {
  // Rounding matters next to the threshold alone, and costs as much as all the rest.
  if (probability >= threshold) return true;
  return probability > threshold * (1 - 1e-5) && shownProbability(probability) >= threshold;
}

/** The classes in the set of an example with the probabilities p, length K; ascending, from none to all. */
export function classSet(
  probabilities: ArrayLike<number>,
  { thresholds }: Pick<ClassSets, "thresholds">,
): number[] {
  return thresholds.flatMap((threshold, j) => (isInSet(probabilities[j]!, threshold) ? [j] : []));
}

/** α as a share of a whole number of examples: 0.29 · 100 is 28.999999999999996 in binary. */
const slack = 1e-9;

/** k: how many of a class's n held-out examples, and the new one, may be below its threshold. */
function lowerRank(n: number, alpha: number): number {
  return Math.min(n, Math.floor((n + 1) * alpha + slack));
}

function requireAlpha(where: string, alpha: number): void {
  if (!(alpha > 0 && alpha < 1)) throw expected(where, "alpha", "to be above 0 and below 1", alpha);
}
