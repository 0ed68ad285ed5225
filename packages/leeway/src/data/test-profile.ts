import type { TestProfile } from "../catalogue/index.ts";
import { classCounts, profileCounts } from "../imbalance/index.ts";
import { permutation, random } from "../random.ts";
import type { Examples } from "./examples.ts";
import { keepProfile } from "./profile.ts";

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
