import type { Keep, TestProfile } from "../catalogue/index.ts";
import { didYouMean, expected } from "../errors.ts";
import { classCounts, type ClassCounts, profileCounts } from "../imbalance/index.ts";
import { permutation, random, type Random } from "../random.ts";
import { type Examples, positionsByClass, type Selectable } from "./examples.ts";
import { heldGroups } from "./group-split.ts";
import type { Ties } from "./ties.ts";
import { heldLast } from "./time-split.ts";

/**
 * Keeps `counts[j]` examples of each class j, chosen at random, in their original order.
 *
 * Each class is shuffled on a stream of its own and its first n_j are kept. So, for one seed, a smaller
 * count keeps a part of what a larger one keeps: ratio 100 is inside ratio 10.
 *
 * @param counts n_j, as `profileCounts` gives; one per class
 * @throws ArgumentError if there is not one count per class, or a class has fewer examples than that
 */
export function keepProfile<E extends Examples>(
  dataset: Selectable<E>,
  counts: ClassCounts,
  seed: number,
): E {
  const classes = dataset.classNames.length;
  if (counts.length !== classes) {
    throw expected(
      "keepProfile",
      "counts",
      `to be ${classes} numbers, one a class of ${dataset.name}`,
      counts.length,
    );
  }
  const kept = positionsByClass(dataset.labels, classes).flatMap((positions, j) => {
    const count = counts[j]!;
    if (count > positions.length) {
      const what = `to be at most ${positions.length}, the examples of ${dataset.classNames[j]!}`;
      throw expected("keepProfile", `counts[${j}]`, what, count, "Lower the size of the largest class.");
    }
    return chosen(positions, count, random(seed, "profile", j));
  });
  return dataset.select(Uint32Array.from(kept).sort());
}

/**
 * The class counts of a test set that is cut to a profile: the counts of the profile, dealt to the classes at random.
 *
 * @param classes K
 * @param max     n_max: the examples of the smallest class before it is cut
 * @returns n'_j, length K, in label order
 * @throws ArgumentError if the profile leaves a class empty
 */
export function testProfileCounts(
  { profile, ratio, seed }: TestProfile,
  { classes, max }: { readonly classes: number; readonly max: number },
): number[] {
  const counts = profileCounts(profile, { classes, max, ratio });
  return Array.from(permutation(classes, random(seed, "test order")), (place) => counts[place]!);
}

/** Cuts a test set to a profile, its classes in an order of its own. */
export function keepTestProfile(test: Examples, profile: TestProfile): Examples {
  const classes = test.classNames.length;
  const max = Math.min(...classCounts(test.labels, classes));
  return keepProfile(test, testProfileCounts(profile, { classes, max }), profile.seed);
}

/**
 * Thins classes out: class j keeps round(share · n_j) of its examples, at least one, chosen at random, in their order.
 *
 * Each class has a random stream of its own, so a smaller share keeps a part of what a larger one keeps.
 *
 * @throws ArgumentError for a class that is not there, with the nearest, or a share outside (0, 1]
 */
export function thin<E extends Examples>(examples: Selectable<E>, keep: Keep, seed: number): E {
  const { classNames, labels } = examples;
  for (const [name, share] of Object.entries(keep)) {
    if (!classNames.includes(name)) {
      const what = `to name classes among ${classNames.slice(0, 20).join(", ")}`;
      throw expected("thin", "keep", what, name, didYouMean(name, classNames));
    }
    if (!(share > 0 && share <= 1))
      throw expected("thin", `keep.${name}`, "to be above 0 and at most 1", share);
  }
  const kept = positionsByClass(labels, classNames.length).flatMap((positions, j) => {
    const name = classNames[j]!; // as many names as classes
    const share = Object.hasOwn(keep, name) ? keep[name]! : 1; // a class may be called "constructor"
    if (share === 1 || positions.length === 0) return positions;
    const count = Math.max(1, Math.round(share * positions.length));
    return chosen(positions, count, random(seed, "thin", j));
  });
  return examples.select(Uint32Array.from(kept).sort());
}

/** A training set and what was held out of it. */
export interface HeldOut<E> {
  readonly train: E;
  readonly held: E;
}

/** How a part is held out. */
interface HoldOut {
  readonly seed: number;
  /** What for: each has random numbers of its own. */
  readonly purpose: "validation" | "test";
  /** Examples, or groups, that a class keeps where it has more: one to train on (1), or one to hold out later too. */
  readonly leave?: 1 | 2;
  /** What decides beside the classes where examples may land; by default nothing. */
  readonly ties?: Ties;
}

/**
 * Holds a part of every class out: {@link heldOf} examples of it at random. Groups stay whole, see {@link heldGroups};
 * with times it is the last part of all, see {@link heldLast}.
 *
 * @param fraction above 0, below 1
 * @throws ArgumentError if the fraction is not between 0 and 1
 */
export function holdOut<E extends Examples>(
  dataset: Selectable<E>,
  fraction: number,
  { seed, purpose, leave = 1, ties: { groups, times } = {} }: HoldOut,
): HeldOut<E> {
  if (!(fraction > 0 && fraction < 1))
    throw expected("holdOut", "fraction", "to be above 0 and below 1", fraction);
  const held =
    times !== undefined
      ? heldLast(dataset, { times, groups, fraction })
      : groups !== undefined
        ? heldGroups(dataset, groups, { fraction, seed, purpose, leave })
        : heldOfClasses(
            dataset,
            (count) => heldOf(count, fraction, leave),
            (j) => random(seed, purpose, j),
          );
  return partedAt(dataset, held);
}

/** Splits examples into those at some positions, which are held out, and the others. */
export function partedAt<E extends Examples>(dataset: Selectable<E>, held: Iterable<number>): HeldOut<E> {
  const isHeld = new Uint8Array(dataset.labels.length);
  for (const position of held) isHeld[position] = 1;
  const part = (wanted: 0 | 1): E =>
    dataset.select(Uint32Array.from(isHeld.keys()).filter((i) => isHeld[i] === wanted));
  return { train: part(0), held: part(1) };
}

/**
 * How many of a class's examples are held out: round(fraction · n), but one at least where it has two, and as many left
 * as a class keeps where it has more. A class with one example keeps it for training.
 *
 * @param leave as of {@link holdOut}
 */
export function heldOf(count: number, fraction: number, leave: 1 | 2): number {
  const kept = Math.max(1, Math.min(leave, count - 1));
  return count < 2 ? 0 : Math.min(Math.max(Math.round(fraction * count), 1), count - kept);
}

function heldOfClasses(
  { labels, classNames }: Pick<Examples, "labels" | "classNames">,
  heldOf: (count: number) => number,
  from: (j: number) => Random,
): number[] {
  return positionsByClass(labels, classNames.length).flatMap((positions, j) =>
    chosen(positions, heldOf(positions.length), from(j)),
  );
}

/** `count` of a class's positions: the first of a random order, so that fewer are a part of more. */
function chosen(positions: readonly number[], count: number, from: Random): number[] {
  return Array.from(permutation(positions.length, from).subarray(0, count), (i) => positions[i]!);
}
