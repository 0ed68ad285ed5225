import { gatherRows } from "@leeway/torch";
import { readLater } from "./batching.ts";
import type { BatchArray } from "./dataset.ts";

/** Makes an input of the examples with these ids, [N, width]. */
export type InputOf = (ids: Uint32Array) => BatchArray;

/** Bytes that an input of all examples takes at most, to be kept. */
const maxBytes = 2 ** 28;

/**
 * An input of examples that are read again and again. Once tensors have been made of as many examples as there are, all
 * are computed and kept side by side: from then on a batch is a copy of rows, each of which lies at one place in
 * memory. Values and bits are those of `compute`.
 *
 * @param ids     of all examples
 * @param compute makes the input where it is not kept
 * @returns makes the input of the examples at some positions in `ids`, whose ids are also given
 */
export function keptInput(
  ids: Uint32Array,
  compute: InputOf,
): (positions: Uint32Array, ids: Uint32Array) => BatchArray {
  let made = 0;
  let kept: BatchArray["values"] | undefined;
  return (positions, idsThere) => {
    const input = compute(idsThere);
    const { shape } = input;
    const width = shape[1]!; // of two
    const toTensor: BatchArray["toTensor"] =
      input.toTensor &&
      ((device) => {
        made += positions.length;
        if (made > ids.length && 4 * ids.length * width <= maxBytes) kept ??= compute(ids).values;
        return kept ? gatherRows(kept, positions, { width, device }) : input.toTensor!(device);
      });
    return readLater({ shape, ...(toTensor && { toTensor }) }, () => input.values);
  };
}
