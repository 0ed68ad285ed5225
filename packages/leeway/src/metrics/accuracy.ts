import { expected } from "../errors.ts";
import type { ShotGroup } from "../imbalance/index.ts";
import { rowSums, type Confusion } from "./confusion.ts";

/**
 * Recall of each class: the share of its examples that were recognised.
 *
 * @returns length K; null for a class without an example, which has no recall
 */
export function perClassAccuracy(confusion: Confusion): (number | null)[] {
  const sizes = rowSums(confusion);
  return confusion.map((row, j) => (sizes[j]! === 0 ? null : row[j]! / sizes[j]!));
}

/**
 * Share of all examples that were recognised.
 *
 * @throws ArgumentError if there is no example
 */
export function topOneAccuracy(confusion: Confusion): number {
  const total = rowSums(confusion).reduce((sum, size) => sum + size, 0);
  if (total === 0) throw expected("topOneAccuracy", "confusion", "to count at least one example", 0);
  return confusion.reduce((sum, row, j) => sum + row[j]!, 0) / total;
}

/**
 * Mean of the classes' accuracies, each class counting the same; over the classes that have examples.
 *
 * @returns null where one class alone has examples: nothing is told apart then
 * @throws ArgumentError if there is no example
 */
export function balancedAccuracy(confusion: Confusion): number | null {
  const present = presentAccuracies("balancedAccuracy", confusion);
  return present && mean(present);
}

/**
 * Accuracy of the class that is recognised worst, among those that have examples.
 *
 * @returns null where one class alone has examples: nothing is told apart then
 * @throws ArgumentError if there is no example
 */
export function worstClassAccuracy(confusion: Confusion): number | null {
  const present = presentAccuracies("worstClassAccuracy", confusion);
  return present && Math.min(...present);
}

/**
 * Geometric mean of the classes' accuracies, (Π_j a_j)^(1/K), over the classes that have examples: 0 as soon as
 * one class is never recognised.
 *
 * @returns null where one class alone has examples: nothing is told apart then
 * @throws ArgumentError if there is no example
 */
export function gMean(confusion: Confusion): number | null {
  const present = presentAccuracies("gMean", confusion);
  // Through logarithms: a product of a thousand accuracies would underflow. log 0 = -∞ gives 0, as it must.
  return present && Math.exp(mean(present.map((accuracy) => Math.log(accuracy))));
}

/**
 * Mean of the classes' accuracies within each shot group.
 *
 * @param groups the group of each class, length K; see `shotGroups`
 * @returns one fraction for each group; null for a group none of whose classes has examples
 * @throws ArgumentError if `groups` is not of length K
 */
export function shotGroupAccuracy(
  confusion: Confusion,
  groups: readonly ShotGroup[],
): Record<ShotGroup, number | null> {
  if (groups.length !== confusion.length) {
    throw expected("shotGroupAccuracy", "groups", `to be of ${confusion.length} classes`, groups.length);
  }
  const accuracies = perClassAccuracy(confusion);
  const within = (group: ShotGroup): number | null => {
    const members = accuracies.filter((accuracy, j) => accuracy !== null && groups[j] === group);
    return members.length === 0 ? null : mean(members as number[]);
  };
  return { many: within("many"), medium: within("medium"), few: within("few") };
}

/** Of the classes that have examples; null where that is one alone. */
function presentAccuracies(where: string, confusion: Confusion): number[] | null {
  const present = perClassAccuracy(confusion).filter((accuracy) => accuracy !== null);
  if (present.length === 0) throw expected(where, "confusion", "to count at least one example", 0);
  return present.length === 1 ? null : present;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
