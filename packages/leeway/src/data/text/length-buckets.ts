import { permutation, type Random } from "../../random.ts";
import { requireBatchSize } from "../batching.ts";

/** Batches whose lengths are sorted together: more make batches evener in length, fewer keep the order more random. */
const batchesAPool = 50;

/**
 * Batches of texts of like lengths, so that little of a batch is padding.
 *
 * For training the order is cut into pools of 50 batches; each pool is sorted by length and cut into batches, and all
 * batches are shuffled. Otherwise everything is sorted, the longest first, so that memory peaks at the beginning.
 * What is in the order is in the batches, repeats included; texts of one length keep their order.
 *
 * @param order   positions
 * @param lengths of every position
 * @param random  shuffles the batches of training; by default, for evaluation, all is sorted
 * @returns the positions of each batch; one batch is short where the sizes do not divide
 * @throws ArgumentError if the batch size is no whole number of at least 1
 */
export function lengthBuckets(
  order: ArrayLike<number>,
  lengths: ArrayLike<number>,
  { batchSize, random }: { readonly batchSize: number; readonly random?: Random },
): Uint32Array[] {
  requireBatchSize("lengthBuckets", batchSize);
  const pool = random === undefined ? Math.max(order.length, 1) : batchSize * batchesAPool;
  const positions = Uint32Array.from(order);
  const batches: Uint32Array[] = [];
  for (let start = 0; start < positions.length; start += pool) {
    const sorted = positions.subarray(start, start + pool).sort((a, b) => lengths[b]! - lengths[a]!);
    for (let from = 0; from < sorted.length; from += batchSize) {
      batches.push(sorted.subarray(from, from + batchSize));
    }
  }
  if (random === undefined) return batches;
  return Array.from(permutation(batches.length, random), (place) => batches[place]!);
}
