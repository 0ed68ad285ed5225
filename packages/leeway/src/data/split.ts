import { expected } from "../errors.ts";
import { permutation, random } from "../random.ts";
import { type Examples, positionsByClass, type Selectable } from "./examples.ts";

/** A training set and what was held out of it. */
export interface HeldOut<E> {
  readonly train: E;
  readonly held: E;
}

/**
 * Holds a part of every class out: round(fraction · n_j) examples of class j, but at least one on each side where
 * the class has two. A class with one example keeps it for training.
 *
 * @param fraction above 0, below 1
 * @param purpose  what for: each has random numbers of its own
 * @throws ArgumentError if the fraction is not between 0 and 1
 */
export function holdOut<E extends Examples>(
  dataset: Selectable<E>,
  fraction: number,
  { seed, purpose }: { readonly seed: number; readonly purpose: "validation" | "test" },
): HeldOut<E> {
  if (!(fraction > 0 && fraction < 1))
    throw expected("holdOut", "fraction", "to be above 0 and below 1", fraction);
  const train: number[] = [];
  const out: number[] = [];
  positionsByClass(dataset.labels, dataset.classNames.length).forEach((positions, j) => {
    const held = heldOf(positions.length, fraction);
    permutation(positions.length, random(seed, purpose, j)).forEach((position, i) => {
      (i < held ? out : train).push(positions[position]!);
    });
  });
  return {
    train: dataset.select(Uint32Array.from(train).sort()),
    held: dataset.select(Uint32Array.from(out).sort()),
  };
}

function heldOf(count: number, fraction: number): number {
  return count < 2 ? 0 : Math.min(Math.max(Math.round(fraction * count), 1), count - 1);
}
