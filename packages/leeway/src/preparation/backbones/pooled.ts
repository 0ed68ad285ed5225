import type { Pooling } from "./backbone-steps.ts";

/** What a graph gives for a batch. */
export interface GraphOutput {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** The numbers of each example's vector: what {@link pooled} gives for an output of these dims. */
export function pooledSize(dims: readonly number[], pooling: Pooling): number {
  const last = dims.at(-1) ?? 0;
  if (pooling === "none") return dims.slice(1).reduce((product, dim) => product * dim, 1);
  if (pooling === "map") return dims[1] ?? 0;
  return pooling === "cls-mean" ? 2 * last : last;
}

/**
 * One vector for each example.
 *
 * - none: [N, D], or [N, D, 1, 1], as it is
 * - cls, last: of [N, T, D] the first token, or the last that the mask has
 * - mean, max: over all tokens that the mask has
 * - cls-mean: the first token, then the mean of the others
 * - map: of [N, D, H, W] the mean over all places
 *
 * @param lengths [N], the tokens of each example; by default all
 * @returns [N, D]
 */
export function pooled(
  { dims, data }: GraphOutput,
  pooling: Pooling,
  lengths?: ArrayLike<number>,
): Float32Array {
  const [batch = 0, second = 0] = dims;
  if (pooling === "none") return data;
  const size = pooledSize(dims, pooling);
  const each = data.length / Math.max(1, batch);
  const into = new Float32Array(batch * size);
  for (let i = 0; i < batch; i++) {
    const own = data.subarray(i * each, (i + 1) * each);
    const to = into.subarray(i * size, (i + 1) * size);
    if (pooling === "map") overPlaces(own, second, to);
    else overTokens(own, { pooling, length: Math.max(1, lengths?.[i] ?? second), to });
  }
  return into;
}

function overPlaces(own: Float32Array, planes: number, to: Float32Array): void {
  const places = own.length / planes;
  for (let d = 0; d < planes; d++) {
    let sum = 0;
    for (let p = 0; p < places; p++) sum += own[d * places + p]!;
    to[d] = sum / places;
  }
}

function overTokens(
  own: Float32Array,
  { pooling, length, to }: { readonly pooling: Pooling; readonly length: number; readonly to: Float32Array },
): void {
  const size = pooling === "cls-mean" ? to.length / 2 : to.length;
  const token = (t: number): Float32Array => own.subarray(t * size, (t + 1) * size);
  if (pooling === "cls" || pooling === "last") {
    to.set(token(pooling === "cls" ? 0 : length - 1));
    return;
  }
  if (pooling === "max") {
    for (let d = 0; d < size; d++) {
      let max = -Infinity;
      for (let t = 0; t < length; t++) max = Math.max(max, own[t * size + d]!);
      to[d] = max;
    }
    return;
  }
  const first = pooling === "cls-mean" ? 1 : 0;
  if (first === 1) to.set(token(0));
  const mean = to.subarray(first * size);
  const count = Math.max(1, length - first);
  for (let d = 0; d < size; d++) {
    let sum = 0;
    for (let t = first; t < length; t++) sum += own[t * size + d]!;
    mean[d] = sum / count;
  }
}

/** Divides each row by its length, in place; one of nothing but 0 stays. */
export function divideByLength(rows: Float32Array, size: number): void {
  for (let from = 0; from < rows.length; from += size) {
    let squares = 0;
    for (let d = from; d < from + size; d++) squares += rows[d]! ** 2;
    const length = Math.max(Math.sqrt(squares), 1e-12);
    for (let d = from; d < from + size; d++) rows[d] = rows[d]! / length;
  }
}
