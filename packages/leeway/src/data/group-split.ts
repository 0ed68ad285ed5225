import { permutation, random } from "../random.ts";
import type { Examples } from "./examples.ts";
import type { Groups } from "./ties.ts";

/** A group with how many examples of each class it has. */
export interface Group {
  readonly positions: number[];
  readonly counts: Map<number, number>;
}

/** How much is held out. */
interface GroupSplit {
  readonly fraction: number;
  readonly seed: number;
  readonly purpose: "validation" | "test";
  /** Groups of each class that stay for training and what is held out later, where the class has more. */
  readonly leave: number;
}

/**
 * Chooses groups to hold out, so that of each class about the fraction is: every class of two groups has one on each
 * side, and its share is kept as near as groups allow. As in scikit-learn's StratifiedGroupKFold the choice is greedy:
 * first a group for each class, the rarest first, then those, in an order that the seed draws, that bring the shares
 * nearer, and last single groups that are better on the other side.
 *
 * @returns the positions that are held out, ascending
 */
export function heldGroups(
  { labels, ids, classNames }: Pick<Examples, "labels" | "ids" | "classNames">,
  { codes }: Groups,
  { fraction, seed, purpose, leave }: GroupSplit,
): number[] {
  const groups = groupsOf(labels, ids, codes);
  const classes = classNames.length;
  const total = new Float64Array(classes);
  for (const label of labels) total[label]!++;
  const having: number[][] = Array.from({ length: classes }, () => []);
  const order = permutation(groups.length, random(seed, purpose, 0));
  for (const g of order) for (const j of groups[g]!.counts.keys()) having[j]!.push(g);
  const choice = choiceOf(groups, { total, fraction, having, leave });
  const rarestFirst = [...having.keys()].sort((a, b) => having[a]!.length - having[b]!.length);
  for (const j of rarestFirst) {
    if (having[j]!.length < 2 || choice.isHeldOf(j)) continue;
    const able = having[j]!.filter((g) => choice.canHold(g));
    const [first, ...others] = able;
    if (first === undefined) continue;
    choice.move(others.reduce((best, g) => (choice.change(g) < choice.change(best) ? g : best), first));
  }
  for (let round = 0; round < maxRounds; round++) {
    let moved = false;
    for (const g of order) {
      const may = choice.isHeld(g) ? round > 0 && choice.canRelease(g) : choice.canHold(g);
      if (!may || choice.change(g) >= -1e-12) continue;
      choice.move(g);
      moved = true;
    }
    if (!moved) break;
  }
  return groups.flatMap(({ positions }, g) => (choice.isHeld(g) ? positions : [])).sort((a, b) => a - b);
}

/** Rounds in which single groups move; more change little. */
const maxRounds = 8;

/** The groups in the order of their first examples. */
export function groupsOf(labels: Int32Array, ids: Uint32Array, codes: Int32Array): Group[] {
  const groups = new Map<number, Group>();
  labels.forEach((label, position) => {
    const code = codes[ids[position]!]!; // ids are of the split that has the codes
    const group = groups.get(code) ?? { positions: [], counts: new Map<number, number>() };
    groups.set(code, group);
    group.positions.push(position);
    group.counts.set(label, (group.counts.get(label) ?? 0) + 1);
  });
  return [...groups.values()];
}

/** Which groups are held out, and what another one would change. */
interface Choice {
  isHeld(g: number): boolean;
  isHeldOf(j: number): boolean;
  /** Whether every class of a group keeps enough others. */
  canHold(g: number): boolean;
  /** Whether every class of a held group has another that is held. */
  canRelease(g: number): boolean;
  /** By how much the other side changes Σ_j ((held_j - fraction · n_j) / n_j)². */
  change(g: number): number;
  /** Puts a group on the other side. */
  move(g: number): void;
}

function choiceOf(
  groups: readonly Group[],
  {
    total,
    fraction,
    having,
    leave,
  }: {
    readonly total: Float64Array;
    readonly fraction: number;
    readonly having: readonly (readonly number[])[];
    readonly leave: number;
  },
): Choice {
  const isHeld = new Uint8Array(groups.length);
  const examples = new Float64Array(total.length); // held of each class
  const held = new Uint32Array(total.length); // groups held of each class
  const kept = having.map((its) => Math.max(1, Math.min(leave, its.length - 1)));
  const classesOf = (g: number): Iterable<number> => groups[g]!.counts.keys();
  const every = (g: number, holds: (j: number) => boolean): boolean => {
    for (const j of classesOf(g)) if (!holds(j)) return false;
    return true;
  };
  return {
    isHeld: (g) => isHeld[g] === 1,
    isHeldOf: (j) => held[j]! > 0,
    canHold: (g) => every(g, (j) => having[j]!.length - held[j]! > kept[j]!),
    canRelease: (g) => every(g, (j) => held[j]! > 1),
    change: (g) => {
      const sign = isHeld[g] === 1 ? -1 : 1;
      let sum = 0;
      for (const [j, count] of groups[g]!.counts) {
        const off = examples[j]! / total[j]! - fraction;
        sum += (off + (sign * count) / total[j]!) ** 2 - off ** 2;
      }
      return sum;
    },
    move: (g) => {
      const sign = isHeld[g] === 1 ? -1 : 1;
      isHeld[g] = 1 - isHeld[g]!;
      for (const [j, count] of groups[g]!.counts) {
        examples[j]! += sign * count;
        held[j]! += sign;
      }
    },
  };
}
