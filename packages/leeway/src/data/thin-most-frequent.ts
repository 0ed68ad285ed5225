import { classCounts, thinnedCounts } from "../imbalance/index.ts";
import { permutation, random } from "../random.ts";
import type { Examples, Selectable } from "./examples.ts";

/** Training examples whose most frequent class was thinned. */
interface Thinned<E> {
  readonly train: E;
  /** n_j before, length K. */
  readonly unthinnedCounts: readonly number[];
  /** What was done, or why nothing was: a sentence without a full stop. */
  readonly note: string;
}

/**
 * Thins the most frequent class of training examples to a share of it, chosen at random, in their order; never below
 * the next frequent class, see {@link thinnedCounts}. A smaller share keeps a part of what a larger one keeps.
 *
 * Unlike {@link thin} it is for training alone: what validates and tests keeps its frequencies, and those before are
 * what probabilities are to have.
 *
 * @param share above 0, at most 1
 * @throws ArgumentError if a class has no example or the share is out of its range
 */
export function thinMostFrequent<E extends Examples>(
  examples: Selectable<E>,
  share: number,
  seed: number,
): Thinned<E> {
  const { labels, classNames } = examples;
  const counts = classCounts(labels, classNames.length);
  const label = counts.indexOf(Math.max(...counts));
  const [before, after] = [counts[label]!, thinnedCounts(counts, share)[label]!]; // a class
  const dropped = permutation(before, random(seed, "keep negatives", label)).subarray(after);
  const isDropped = new Uint8Array(before);
  for (const place of dropped) isDropped[place] = 1;
  let place = 0;
  const kept = Uint32Array.from(labels.keys()).filter((i) => labels[i] !== label || isDropped[place++] === 0);
  return {
    train: examples.select(kept),
    unthinnedCounts: counts,
    note: noteOf({ name: classNames[label]!, before, after, share }),
  };
}

interface NoteFacts {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  readonly share: number;
}

function noteOf({ name, before, after, share }: NoteFacts): string {
  const [all, some] = [before, after].map((count) => count.toLocaleString("en-US"));
  const limit = after > Math.round(share * before) ? ", the size of the next frequent class" : "";
  if (after === before) return `"${name}" is not thinned: all of its ${all} training examples would be left`;
  return `"${name}" is thinned from ${all} to ${some} training examples${limit}; probabilities have its frequency before that, and the other splits are whole`;
}
