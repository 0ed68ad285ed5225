import type { InputKind } from "../catalogue/index.ts";
import type { InputDeclaration, PreparedExamples } from "../preparation/index.ts";

/** Examples of a batch, by kind: more would not be faster, and would hold up a waiting call. */
const batchSizes: Readonly<Record<InputKind, number>> = { table: 1024, embedding: 512, text: 64, image: 32 };
/** Numbers that the inputs of a batch may have, 4 million: what follows in the network is some times that. */
const maxNumbers = 2 ** 22;

/** How many examples are computed at a time. */
export function batchSizeOf(kind: InputKind, declared: Readonly<Record<string, InputDeclaration>>): number {
  const numbers = Object.values(declared).map(({ dims }) =>
    dims.reduce<number>((product, dim) => product * (dim ?? 1), 1),
  );
  return Math.max(1, Math.min(batchSizes[kind], Math.floor(maxNumbers / Math.max(1, ...numbers))));
}

/** Positions of examples, batch by batch: of like sizes, the largest first, where they have sizes. */
export function* batchesOf(
  { length, sizes }: Pick<PreparedExamples, "length" | "sizes">,
  batchSize: number,
): Generator<Uint32Array, void, undefined> {
  const order = Uint32Array.from({ length }, (_, i) => i);
  if (sizes !== undefined && length > batchSize) order.sort((a, b) => sizes[b]! - sizes[a]! || a - b); // as many as examples
  for (let from = 0; from < length;) {
    const largest = Math.max(1, sizes?.[order[from]!] ?? 1); // below the length
    const fits = sizes === undefined ? batchSize : Math.max(1, Math.floor(maxNumbers / largest));
    const to = from + Math.min(batchSize, fits);
    yield order.subarray(from, to);
    from = to;
  }
}
