import { RunError } from "../errors.ts";
import type { Examples } from "./examples.ts";
import type { Groups, Times } from "./ties.ts";

/**
 * Chooses the last part of some examples by their times: about the fraction of them, and all that are of one time. A
 * group goes by its last time, so that everything trained on is from before the part that is held out.
 *
 * @returns the positions that are held out, ascending
 * @throws RunError with code "data" where all examples are of one time
 */
export function heldLast(
  { ids }: Pick<Examples, "ids">,
  {
    times,
    groups,
    fraction,
  }: { readonly times: Times; readonly groups: Groups | undefined; readonly fraction: number },
): number[] {
  const keys = Float64Array.from(ids, (id) => times.values[id]!); // ids are of the split that has the times
  if (groups !== undefined) {
    const last = new Map<number, number>();
    ids.forEach((id, i) => {
      const code = groups.codes[id]!; // likewise
      last.set(code, Math.max(last.get(code) ?? -Infinity, keys[i]!));
    });
    ids.forEach((id, i) => {
      keys[i] = last.get(groups.codes[id]!)!; // it was just set
    });
  }
  const cut = cutOf(keys.slice().sort(), fraction);
  if (cut === undefined) {
    const of = groups === undefined ? "times" : `last times of the groups of "${groups.by}"`;
    const message = `column "${times.by}": expected two different ${of} or more to hold the last part out, got one. Name another column with --time.`;
    throw new RunError("data", message);
  }
  return Array.from(keys.keys()).filter((i) => keys[i]! >= cut);
}

/** The time from which about the fraction is: of the two nearest the one that holds out nearer to it. */
function cutOf(sorted: Float64Array, fraction: number): number | undefined {
  const { length } = sorted;
  const from = Math.round((1 - fraction) * length);
  let [below, above] = [Math.min(from, length - 1), from];
  while (below > 0 && sorted[below] === sorted[below - 1]) below--;
  while (above > 0 && above < length && sorted[above] === sorted[above - 1]) above++;
  const able = [below, above].filter((at) => at > 0 && at < length);
  const [nearest = length] = able.sort((a, b) => Math.abs(a - from) - Math.abs(b - from));
  return sorted[nearest];
}
