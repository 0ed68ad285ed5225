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
 * Checks a size of batches and the order of examples.
 *
 * @param length how many examples there are
 * @throws ArgumentError if the size is no whole number of at least 1, or an index is no position
 */
export function requireBatches(
  where: string,
  order: ArrayLike<number>,
  { batchSize, length }: { readonly batchSize: number; readonly length: number },
): void {
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw expected(where, "batchSize", "to be a whole number of at least 1", batchSize);
  }
  requireIndices(where, "order", { indices: order, length });
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
