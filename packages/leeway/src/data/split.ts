import { expected } from "../errors.ts";
import { permutation, random } from "../random.ts";
import { positionsByClass, select, type ImageDataset } from "./dataset.ts";

/** A training set and what was held out of it to choose by. */
export interface HeldOut {
  readonly train: ImageDataset;
  readonly validation: ImageDataset;
}

/**
 * Holds a part of every class out for validation: round(fraction · n_j) examples of class j, but at least one
 * on each side where the class has two. A class with one example keeps it for training.
 *
 * @param fraction above 0, below 1
 * @throws RangeError if the fraction is not between 0 and 1
 */
export function holdOut(dataset: ImageDataset, fraction: number, seed: number): HeldOut {
  if (!(fraction > 0 && fraction < 1))
    throw expected("holdOut", "fraction to be above 0 and below 1", fraction);
  const train: number[] = [];
  const validation: number[] = [];
  positionsByClass(dataset.labels, dataset.classNames.length).forEach((positions, j) => {
    const held = heldOf(positions.length, fraction);
    permutation(positions.length, random(seed, "validation", j)).forEach((position, i) => {
      (i < held ? validation : train).push(positions[position]!);
    });
  });
  return {
    train: select(dataset, Uint32Array.from(train).sort()),
    validation: select(dataset, Uint32Array.from(validation).sort()),
  };
}

function heldOf(count: number, fraction: number): number {
  return count < 2 ? 0 : Math.min(Math.max(Math.round(fraction * count), 1), count - 1);
}
