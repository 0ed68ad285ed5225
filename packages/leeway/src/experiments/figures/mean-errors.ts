/**
 * The mean over several lists of numbers, place by place; null where no list has a number.
 *
 * @param lists as long as each other, or the rest of the shorter ones counts as null
 */
export function meanOf(lists: readonly (readonly (number | null)[])[]): (number | null)[] {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, i) => {
    const known = lists.map((list) => list[i] ?? null).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

/** Accuracies as errors. */
export function errorsOf(accuracies: readonly (number | null)[]): (number | null)[] {
  return accuracies.map((accuracy) => (accuracy === null ? null : 1 - accuracy));
}
