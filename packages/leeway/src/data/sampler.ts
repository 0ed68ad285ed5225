import { expected } from "../errors.ts";
import { permutation, random, type Random } from "../random.ts";
import { positionsByClass } from "./examples.ts";

/**
 * The order in which an epoch shows its examples.
 *
 * Odds are per class and say how often *one example* of the class is drawn, compared with one of another
 * class: P(example i) ∝ odds[y_i]. So 1/n_j draws every class equally often.
 * Where all odds are equal, each example is shown once, in random order; otherwise N examples are drawn with
 * replacement. An epoch's order follows from the seed and the epoch alone.
 *
 * @param labels       [N], each 0 to K - 1
 * @param samplingOdds [K], each finite and at least 0; only their ratios matter
 * @returns [N] positions in `labels`
 * @throws ArgumentError if an odd is impossible or a label has none, or no example could ever be drawn
 */
export function epochOrder(
  labels: ArrayLike<number>,
  samplingOdds: ArrayLike<number>,
  { seed, epoch }: { readonly seed: number; readonly epoch: number },
): Uint32Array {
  const odds = Array.from(samplingOdds);
  odds.forEach((value, j) => {
    if (!Number.isFinite(value) || value < 0) {
      throw expected("epochOrder", `samplingOdds[${j}]`, "to be a finite number of at least 0", value);
    }
  });
  const from = random(seed, "order", epoch);
  const positions = positionsByClass(labels, odds.length);
  if (odds.every((value) => value === odds[0] && value > 0)) return permutation(labels.length, from);
  return drawn(positions, odds, from);
}

/** Draws a class by its share of all odds, then one of its examples: two draws each, whatever N is. */
function drawn(
  positions: readonly (readonly number[])[],
  odds: readonly number[],
  from: Random,
): Uint32Array {
  const length = positions.reduce((sum, list) => sum + list.length, 0);
  const upTo: number[] = [];
  let total = 0;
  positions.forEach((list, j) => {
    total += list.length * odds[j]!;
    upTo.push(total);
  });
  if (length > 0 && total <= 0)
    throw expected("epochOrder", "samplingOdds", "to be above 0 for a class with examples", odds);
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) {
    const list = positions[firstAbove(upTo, from.uniform() * total)]!;
    order[i] = list[from.below(list.length)]!;
  }
  return order;
}

/** The first place whose value is above `value`, in ascending numbers; classes that add nothing are never it. */
function firstAbove(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
