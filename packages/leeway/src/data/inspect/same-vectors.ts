/** The distance of vectors of length 1 below which they are of the same content: one of batches' and decoders' rounding. */
const alike = 1e-3;

/**
 * Vectors that are the same but for rounding, each by the position of the first of its kind: of a photograph and its copy
 * in another file, or under another name.
 *
 * Vectors are put in the order of one of their projections, which are no further apart than the vectors themselves: only
 * neighbours need be compared.
 *
 * @param vectors rows of one length, of any scale
 * @returns [N]
 */
export function sameVectors(vectors: readonly Float32Array[]): Int32Array {
  const unit = vectors.map(unitOf);
  const size = unit[0]?.length ?? 0;
  // No direction that a network's numbers prefer: signs by the bits of a multiplied number.
  const signs = Float64Array.from({ length: size }, (_, d) => (Math.imul(d + 1, 0x9e3779b1) < 0 ? -1 : 1));
  const scale = 1 / Math.sqrt(Math.max(1, size));
  const places = unit.map((row) => scale * row.reduce((sum, value, d) => sum + value * signs[d]!, 0)); // one a dimension
  const order = [...unit.keys()].sort((a, b) => places[a]! - places[b]! || a - b); // of all
  const first = Int32Array.from(unit.keys());
  order.forEach((i, at) => {
    for (let k = at + 1; k < order.length && places[order[k]!]! - places[i]! <= alike; k++) {
      const j = order[k]!; // below the length
      if (rootOf(first, i) !== rootOf(first, j) && isAlike(unit[i]!, unit[j]!)) join(first, i, j);
    }
  });
  return first.map((_, i) => rootOf(first, i));
}

function unitOf(row: Float32Array): Float64Array {
  const length = Math.hypot(...row) || 1;
  return Float64Array.from(row, (value) => value / length);
}

function isAlike(a: Float64Array, b: Float64Array): boolean {
  let squares = 0;
  for (let d = 0; d < a.length && squares <= alike ** 2; d++) squares += (a[d]! - b[d]!) ** 2;
  return squares <= alike ** 2;
}

function rootOf(first: Int32Array, i: number): number {
  let root = i;
  while (first[root] !== root) root = first[root]!; // of all
  return root;
}

function join(first: Int32Array, i: number, j: number): void {
  const [a, b] = [rootOf(first, i), rootOf(first, j)];
  first[Math.max(a, b)] = Math.min(a, b);
}
