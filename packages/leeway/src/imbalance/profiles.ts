import { didYouMean, expected } from "../errors.ts";

/** The shape that a training set's class counts are cut to. */
export type Profile = "longtail" | "step" | "balanced";

/** Every profile by name. */
export const profiles: readonly Profile[] = ["longtail", "step", "balanced"];

/**
 * How many examples each class keeps.
 *
 *     longtail   n_j = ⌊ n_max · ρ^(-j/(K-1)) ⌋
 *     step       n_j = n_max for j < ⌊K/2⌋, else ⌊ n_max / ρ ⌋
 *     balanced   n_j = n_max; ρ is not used
 *
 * For odd K the step's larger half is the rare one; the authors' code leaves the last class out there.
 *
 * @param classes K, at least 2
 * @param max     n_max, examples of the most frequent class
 * @param ratio   ρ = n_max / n_min, at least 1
 * @returns n, length K, in label order, from the most frequent class to the rarest
 * @throws ArgumentError if an argument is out of its range, or the rarest class would keep no example
 * @source Cao et al. 2019 (arXiv:1906.07413v2), section 4, and the authors' code for the rounding
 */
export function profileCounts(
  profile: Profile,
  { classes, max, ratio }: { readonly classes: number; readonly max: number; readonly ratio: number },
): number[] {
  if (!Number.isSafeInteger(classes) || classes < 2) {
    throw expected("profileCounts", "classes", "to be a whole number of at least 2", classes);
  }
  if (!Number.isSafeInteger(max) || max < 1) {
    throw expected("profileCounts", "max", "to be a whole number of at least 1", max);
  }
  if (!(ratio >= 1 && ratio < Infinity)) {
    const advice = "The ratio is that of the largest class to the smallest.";
    throw expected("profileCounts", "ratio", "to be a number of at least 1", ratio, advice);
  }
  const share = classShare(profile, classes, ratio);
  const counts = Array.from({ length: classes }, (_, j) => floorOfReal(max * share(j)));
  if (counts[classes - 1]! < 1) {
    const advice = `The rarest class would keep no example of ${max}.`;
    throw expected("profileCounts", "ratio", `to be at most ${max}, the largest class`, ratio, advice);
  }
  return counts;
}

/** n_j / n_max of class j, in (0, 1]. */
function classShare(profile: Profile, classes: number, ratio: number): (j: number) => number {
  switch (profile) {
    case "longtail":
      return (j) => ratio ** (-j / (classes - 1));
    case "step":
      return (j) => (j < Math.floor(classes / 2) ? 1 : 1 / ratio);
    case "balanced":
      return () => 1;
    default: {
      const name = String(profile);
      throw expected(
        "profileCounts",
        "profile",
        `to be one of ${profiles.join(", ")}`,
        name,
        didYouMean(name, profiles),
      );
    }
  }
}

/** Floor of the real number that `value` stands for: 2.9999999999999996 is a 3 that lost its last bit. */
function floorOfReal(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) < 1e-9 * whole ? whole : Math.floor(value);
}
