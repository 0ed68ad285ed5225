import { RunError } from "../errors.ts";
import { classCounts } from "../imbalance/index.ts";
import { permutation, random } from "../random.ts";
import type { Examples } from "./examples.ts";
import { groupsOf } from "./group-split.ts";
import type { Groups, Ties } from "./ties.ts";

/** One of the parts that examples are cut into, each of which is the test once. */
export interface Fold {
  /** Which part is the test, from 0. */
  readonly index: number;
  /** How many parts there are. */
  readonly of: number;
}

/** How examples are cut into folds. */
export interface FoldOptions {
  readonly of: number;
  /** Draws which examples, or groups, are of which fold. */
  readonly seed: number;
  readonly ties?: Ties | undefined;
}

type Cut = Pick<Examples, "labels" | "ids" | "classNames" | "name">;

/**
 * Cuts examples into folds: each example is of one, each class is in every fold with its own share, and each group is
 * whole. Without groups a class's examples are dealt in turn, in an order that the seed draws; the next class goes on
 * where the last one ended, so that folds are of one size. Groups are dealt as {@link groupFolds} says.
 *
 * What is not of a fold keeps two examples of each class, or two groups: one to train on, one to validate.
 *
 * @returns the fold of each position, length N
 * @throws RunError with code "data" where a class has too few examples, or groups, for so many folds, or times decide
 */
export function foldsOf(examples: Cut, { of, seed, ties: { groups, times } = {} }: FoldOptions): Uint32Array {
  if (times !== undefined) {
    const message = `${examples.name}: expected no --time with folds, got "${times.by}", by which the last part is the test. Leave one of them out.`;
    throw new RunError("data", message);
  }
  requireEnough(examples, groups, of);
  return groups === undefined ? dealtFolds(examples, of, seed) : groupFolds(examples, groups, { of, seed });
}

/** The positions that a fold tests, ascending. */
export function heldFold(examples: Cut, { index, of }: Fold, options: Omit<FoldOptions, "of">): number[] {
  const folds = foldsOf(examples, { ...options, of });
  return Array.from(folds.keys()).filter((i) => folds[i] === index);
}

/** How many folds a class of so many examples, or groups, is enough for: two stay outside of each fold. */
function maxFolds(count: number): number {
  return count < 3 ? 0 : count;
}

function requireEnough(examples: Cut, groups: Groups | undefined, of: number): void {
  const counts = groups === undefined ? exampleCounts(examples) : groupCounts(examples, groups);
  const leavesTwo = (count: number): boolean => count >= of && count - Math.ceil(count / of) >= 2;
  const label = counts.findIndex((count) => !leavesTwo(count));
  if (label < 0) return;
  const fewest = Math.min(...counts);
  const scarce = counts.indexOf(fewest);
  const noun = groups === undefined ? "examples" : `groups of "${groups.by}"`;
  const most = maxFolds(fewest);
  const advice =
    most < 3
      ? "Add examples, or compare with --repeats."
      : `Lower --folds to ${most}, or compare with --repeats.`;
  const message =
    `${examples.name}: expected at least ${Math.max(of, of === 2 ? 4 : 3)} ${noun} of each class for ${of} folds, ` +
    `got ${fewest} of "${examples.classNames[scarce]!}". ${advice}`;
  throw new RunError("data", message);
}

function exampleCounts({ labels, classNames }: Cut): number[] {
  return classCounts(labels, classNames.length);
}

function groupCounts({ labels, ids, classNames }: Cut, { codes }: Groups): number[] {
  const seen = classNames.map(() => new Set<number>());
  labels.forEach((label, i) => seen[label]!.add(codes[ids[i]!]!)); // an id of the source
  return seen.map(({ size }) => size);
}

function dealtFolds({ labels, classNames }: Cut, of: number, seed: number): Uint32Array {
  const folds = new Uint32Array(labels.length);
  const byClass: number[][] = classNames.map(() => []);
  labels.forEach((label, i) => byClass[label]!.push(i)); // a label is a class
  let turn = 0;
  byClass.forEach((positions, j) => {
    for (const i of permutation(positions.length, random(seed, "folds", j))) {
      folds[positions[i]!] = turn++ % of;
    }
  });
  return folds;
}

/**
 * Deals whole groups: for each class, that of the fewest groups first, one to each fold that has none of it; then the
 * others, the largest first, each to the fold whose shares of its classes are lowest.
 *
 * @throws RunError with code "data" where groups of several classes leave a fold without one of them
 */
function groupFolds(
  examples: Cut,
  groups: Groups,
  { of, seed }: { readonly of: number; readonly seed: number },
): Uint32Array {
  const { labels, classNames } = examples;
  const all = groupsOf(labels, examples.ids, groups.codes);
  const order = Array.from(permutation(all.length, random(seed, "folds", 0)));
  const total = classCounts(labels, classNames.length);
  const held = Array.from({ length: of }, () => new Float64Array(classNames.length));
  const foldOf = new Int32Array(all.length).fill(-1);
  const put = (g: number, fold: number): void => {
    foldOf[g] = fold;
    for (const [j, count] of all[g]!.counts) held[fold]![j]! += count / total[j]!;
  };
  const having = classNames.map((_, j) => order.filter((g) => all[g]!.counts.has(j)));
  const rarestFirst = [...having.keys()].sort((a, b) => having[a]!.length - having[b]!.length);
  for (const j of rarestFirst) {
    for (let fold = 0; fold < of; fold++) {
      const free = held[fold]![j]! > 0 ? undefined : having[j]!.find((g) => foldOf[g] === -1);
      if (free !== undefined) put(free, fold);
    }
  }
  const left = order.filter((g) => foldOf[g] === -1);
  for (const g of left.sort((a, b) => all[b]!.positions.length - all[a]!.positions.length)) {
    const load = (fold: number): number => {
      let sum = 0;
      for (const [j, count] of all[g]!.counts)
        sum += (held[fold]![j]! + count / total[j]!) ** 2 - held[fold]![j]! ** 2;
      return sum;
    };
    let best = 0;
    for (let fold = 1; fold < of; fold++) if (load(fold) < load(best)) best = fold;
    put(g, best);
  }
  requireAll(examples, held, groups);
  const folds = new Uint32Array(labels.length);
  all.forEach(({ positions }, g) => {
    for (const i of positions) folds[i] = foldOf[g]!;
  });
  return folds;
}

/** Refuses folds that lack a class, or hold all of it. */
function requireAll({ classNames, name }: Cut, held: readonly Float64Array[], { by }: Groups): void {
  const label = classNames.findIndex((_, j) =>
    held.some((shares) => shares[j] === 0 || shares[j]! > 1 - 1e-9),
  );
  if (label < 0) return;
  const message =
    `${name}: expected groups of "${by}" that can be dealt to ${held.length} folds, each with every class, got a fold ` +
    `without "${classNames[label]!}", whose groups are of other classes too. Lower --folds, or compare with --repeats.`;
  throw new RunError("data", message);
}
