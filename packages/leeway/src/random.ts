import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { expected } from "./errors.ts";

/** A seeded source of random numbers: the same seed and path give the same numbers on every machine. */
export interface Random {
  /** A number in [0, 1), with 32 bits of resolution. */
  uniform(): number;
  /** A whole number in [0, bound). */
  below(bound: number): number;
}

/**
 * A generator for one purpose: `random(seed, "order", epoch)`.
 *
 * Each path is a stream of its own, so drawing more numbers for one purpose never changes another, and
 * an epoch's numbers need no saved state: they follow from the seed and the epoch.
 *
 * @param seed a whole number of at least 0
 * @param path what the numbers are for; names and counters
 * @throws ArgumentError if `seed` is not a whole number of at least 0
 */
export function random(seed: number, ...path: readonly (string | number)[]): Random {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw expected("random", "seed", "to be a whole number of at least 0", seed);
  const generator = xoroshiro128plus(hash(`${seed}/${path.join("/")}`));
  const next = (): number => generator.next() >>> 0;
  return {
    uniform: () => next() / 2 ** 32,
    below: (bound) => Math.floor((next() / 2 ** 32) * bound),
  };
}

/** The whole numbers 0 to length - 1 in random order (Fisher and Yates). */
export function permutation(length: number, from: Random): Uint32Array {
  const order = new Uint32Array(length); // filled in a loop: Uint32Array.from takes ten times as long
  for (let i = 0; i < length; i++) order[i] = i;
  for (let i = length - 1; i > 0; i--) {
    const j = from.below(i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}

/** FNV-1a with a final mix (from MurmurHash3), so that neighbouring seeds start far apart. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
