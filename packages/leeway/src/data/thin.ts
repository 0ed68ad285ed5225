import type { Keep } from "../catalogue/index.ts";
import { didYouMean, expected } from "../errors.ts";
import { permutation, random } from "../random.ts";
import { type Examples, positionsByClass, type Selectable } from "./examples.ts";

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
    const order = permutation(positions.length, random(seed, "thin", j));
    return Array.from(order.subarray(0, count), (i) => positions[i]!);
  });
  return examples.select(Uint32Array.from(kept).sort());
}
