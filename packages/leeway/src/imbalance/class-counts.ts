import { expected } from "../errors.ts";

/** n_j, how many training examples each class has: length K, in label order, each at least 1. */
export type ClassCounts = readonly number[];

/** How well a class is represented in the training data: the customary three groups of long-tailed recognition. */
export type ShotGroup = "many" | "medium" | "few";

/** Of fewer examples than this it is said how many there are: each decides a tenth of its class's recall, or more. */
export const enoughExamples = 10;

/**
 * How often each class occurs.
 *
 * @param labels  the class of each example, whole numbers in [0, classes)
 * @param classes K, at least 1
 * @returns n, length K; 0 for a class that does not occur
 * @throws ArgumentError if `classes` is no whole number of at least 1, or a label is no class
 */
export function classCounts(labels: ArrayLike<number>, classes: number): number[] {
  if (!Number.isSafeInteger(classes) || classes < 1) {
    throw expected("classCounts", "classes", "to be a whole number of at least 1", classes);
  }
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    const count = counts[label];
    if (count === undefined) {
      throw expected("classCounts", `labels[${i}]`, `to be a whole number from 0 to ${classes - 1}`, label);
    }
    counts[label] = count + 1;
  }
  return counts;
}

/**
 * Checks class counts at a public border.
 *
 * @param where  the public function that was called, named first in the message
 * @param counts n_j, length K
 * @throws ArgumentError if `counts` is not an array
 * @throws ArgumentError if there are fewer than two classes, or a count is no whole number of at least 1
 */
export function requireCounts(where: string, counts: ClassCounts): void {
  if (!Array.isArray(counts)) throw expected(where, "counts", "to be an array of numbers", counts);
  if (counts.length < 2) throw expected(where, "counts", "to be of at least 2 classes", counts);
  counts.forEach((count: number, j) => {
    if (!Number.isSafeInteger(count) || count < 1) {
      const advice = "Drop the empty class or give it examples.";
      throw expected(where, `counts[${j}]`, "to be a whole number of at least 1", count, advice);
    }
  });
}

/**
 * Imbalance ratio ρ = max_j n_j / min_j n_j: 1 for balanced data, never less.
 *
 * @param counts n_j, length K
 * @throws ArgumentError if a count is below 1
 */
export function imbalanceRatio(counts: ClassCounts): number {
  requireCounts("imbalanceRatio", counts);
  return Math.max(...counts) / Math.min(...counts);
}

/**
 * The shot group of each class: many for n_j > `many`, few for n_j < `few`, medium between, both ends included.
 *
 * @param counts training examples of each class, length K; here 0 is allowed, and is few
 * @param many   the most examples of a medium class
 * @param few    the fewest examples of a medium class; at most `many`
 * @returns length K, in label order
 * @throws ArgumentError if `few` is above `many`
 * @source Liu et al. 2019 (arXiv:1904.05160), the groups used for ImageNet-LT
 */
export function shotGroups(counts: readonly number[], { many = 100, few = 20 } = {}): ShotGroup[] {
  if (!(few <= many)) throw expected("shotGroups", "few", `to be at most many, ${many}`, few);
  return counts.map((n) => (n > many ? "many" : n < few ? "few" : "medium"));
}
