import { expected } from "../errors.ts";

/** Labelled examples, whatever they are: all that splitting, thinning, sampling and counting need to know of them. */
export interface Examples {
  /** The data set's name, whatever part of it this is. */
  readonly name: string;
  /** One name per class, in label order; K of them. */
  readonly classNames: readonly string[];
  /** [N], each 0 to K - 1. */
  readonly labels: Int32Array;
  /** [N], each example's position in the split's original files, counted from 0. */
  readonly ids: Uint32Array;
  /**
   * The examples at `indices`, in that order, as a data set of their own. Repeats are allowed.
   *
   * @param indices positions in this data set (not ids), each 0 to N - 1
   * @throws ArgumentError if an index is not the position of an example
   */
  select(indices: ArrayLike<number>): Examples;
}

/** Examples of which a part is of the kind E: their own. */
export interface Selectable<E> extends Omit<Examples, "select"> {
  select(indices: ArrayLike<number>): E;
}

/**
 * Checks that every index is the position of one of `length` examples.
 *
 * @throws ArgumentError that names the first index that is not
 */
export function requireIndices(
  where: string,
  name: string,
  { indices, length }: { readonly indices: ArrayLike<number>; readonly length: number },
): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (index === undefined || !Number.isInteger(index) || index < 0 || index >= length) {
      throw expected(where, `${name}[${i}]`, `to be a whole number from 0 to ${length - 1}`, index);
    }
  }
}

/**
 * The labels and ids at some positions: what a selection of any kind of examples begins with.
 *
 * @throws ArgumentError if an index is not the position of an example
 */
export function selectRows(
  { labels, ids }: Pick<Examples, "labels" | "ids">,
  indices: ArrayLike<number>,
): Pick<Examples, "labels" | "ids"> {
  requireIndices("select", "indices", { indices, length: labels.length });
  const selected = { labels: new Int32Array(indices.length), ids: new Uint32Array(indices.length) };
  for (let i = 0; i < indices.length; i++) {
    selected.labels[i] = labels[indices[i]!]!;
    selected.ids[i] = ids[indices[i]!]!;
  }
  return selected;
}

/** The ids 0 to `length` - 1. */
export function countingIds(length: number): Uint32Array {
  const ids = new Uint32Array(length);
  for (let i = 0; i < length; i++) ids[i] = i;
  return ids;
}

/**
 * The positions of each class's examples, ascending: one list per class.
 *
 * @param labels  [N], each 0 to `classes` - 1
 * @param classes K
 */
export function positionsByClass(labels: ArrayLike<number>, classes: number): number[][] {
  const positions: number[][] = Array.from({ length: classes }, () => []);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    const list = positions[label];
    if (list === undefined) throw expected("labels", `labels[${i}]`, `to be from 0 to ${classes - 1}`, label);
    list.push(i);
  }
  return positions;
}
