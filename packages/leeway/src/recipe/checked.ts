import { didYouMean, expected } from "../errors.ts";

// A field of a recipe as it was asked for, if it is possible.

/** @throws ArgumentError if `value` is no whole number, or below `least` */
export function whole(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw expected("recipe", name, `to be a whole number of at least ${least}`, value);
}

/** @throws ArgumentError if `value` is below `least`, or not finite */
export function atLeast(name: string, value: number, least: number): number {
  if (value >= least && Number.isFinite(value)) return value;
  throw expected("recipe", name, `to be at least ${least}`, value);
}

/** @throws ArgumentError if `value` is not in [0, 1) */
export function share(name: string, value: number): number {
  if (value >= 0 && value < 1) return value;
  throw expected("recipe", name, "to be in [0, 1)", value);
}

/** @throws ArgumentError if `value` is not in (0, 1) */
export function part(name: string, value: number): number {
  if (value > 0 && value < 1) return value;
  throw expected("recipe", name, "to be above 0 and below 1", value);
}

/** @throws ArgumentError if `value` is none of `known`, with the nearest of them */
export function oneOf<T extends string>(name: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw expected("recipe", name, `to be one of ${known.join(", ")}`, value, didYouMean(value, known));
}
