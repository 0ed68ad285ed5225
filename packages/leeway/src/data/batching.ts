import { expected } from "../errors.ts";
import type { Batch, BatchArray } from "./dataset.ts";
import { requireIndices } from "./examples.ts";

/** Which examples become batches. */
export interface BatchPlan {
  /** [N], of all examples. */
  readonly labels: Int32Array;
  /** Positions, repeats allowed. */
  readonly order: ArrayLike<number>;
  readonly batchSize: number;
}

/**
 * The inputs of the examples at `positions`, as tensors are made of them. Their arrays may be those of the batch before,
 * written anew.
 */
export type Fill = (positions: Uint32Array) => readonly BatchArray[];

/**
 * Checks a batch size and an order.
 *
 * @throws ArgumentError if the size is no whole number of at least 1, or an index is no position
 */
export function requireBatches({ labels, order, batchSize }: BatchPlan): void {
  requireBatchSize("batches", batchSize);
  requireIndices("batches", "order", { indices: order, length: labels.length });
}

/** @throws ArgumentError if a batch size is no whole number of at least 1 */
export function requireBatchSize(where: string, batchSize: number): void {
  if (Number.isSafeInteger(batchSize) && batchSize >= 1) return;
  throw expected(where, "batchSize", "to be a whole number of at least 1", batchSize);
}

/** Examples of the largest batch: what buffers that all batches share must hold. */
export function capacityOf({ order, batchSize }: Pick<BatchPlan, "order" | "batchSize">): number {
  return Math.min(batchSize, order.length);
}

/** The positions of each batch, in order, the last batch short where the sizes do not divide: views, not copies. */
export function* inOrder({
  order,
  batchSize,
}: Pick<BatchPlan, "order" | "batchSize">): Generator<Uint32Array, void, undefined> {
  const positions = order instanceof Uint32Array ? order : Uint32Array.from(order);
  for (let start = 0; start < positions.length; start += batchSize) {
    yield positions.subarray(start, start + batchSize);
  }
}

/**
 * The batches of a plan, of inputs that are in memory.
 *
 * @param filler makes the buffers for the largest batch, of `capacity` examples, when the first is taken
 * @throws ArgumentError at the call if the plan is impossible, see {@link requireBatches}
 */
export function plannedBatches(plan: BatchPlan, filler: (capacity: number) => Fill): Iterable<Batch> {
  requireBatches(plan);
  return (function* () {
    yield* filledBatches(plan.labels, inOrder(plan), filler(capacityOf(plan)));
  })();
}

/** Batches of inputs that are in memory, filled as they are taken. */
export function* filledBatches(
  labels: Int32Array,
  parts: Iterable<Uint32Array>,
  fill: Fill,
): Generator<Batch, void, undefined> {
  const assemble = assembler(labels);
  for (const positions of parts) yield assemble(positions, fill);
}

/**
 * Batches of inputs that are read from a file: the next batch is read while the consumer computes with the last, so
 * that `load` needs two buffers, to be used in turns.
 */
export async function* loadedBatches(
  labels: Int32Array,
  parts: Iterable<Uint32Array>,
  load: (positions: Uint32Array) => Promise<Fill>,
): AsyncGenerator<Batch, void, undefined> {
  const assemble = assembler(labels);
  let coming: { readonly positions: Uint32Array; readonly fill: Promise<Fill> } | undefined;
  try {
    for (const positions of parts) {
      const last = coming;
      const fill = last && (await last.fill);
      coming = { positions, fill: load(positions) };
      coming.fill.catch(() => undefined); // thrown where it is awaited
      if (last && fill) yield assemble(last.positions, fill);
    }
    if (coming) yield assemble(coming.positions, await coming.fill);
  } finally {
    await coming?.fill.catch(() => undefined); // the caller closes the file that is read
  }
}

/** An input whose values are computed at their first reading: training makes a tensor of them without. */
export function readLater(input: Omit<BatchArray, "values">, read: () => BatchArray["values"]): BatchArray {
  let values: BatchArray["values"] | undefined;
  return {
    ...input,
    get values() {
      return (values ??= read());
    },
  };
}

/** Makes batches of one set of labels, with one array of targets for all of them. */
function assembler(labels: Int32Array): (positions: Uint32Array, fill: Fill) => Batch {
  let targets = new Int32Array(0);
  return (positions, fill) => {
    const { length } = positions;
    if (targets.length < length) targets = new Int32Array(length);
    for (let slot = 0; slot < length; slot++) targets[slot] = labels[positions[slot]!]!;
    return { inputs: fill(positions), targets: targets.subarray(0, length), positions, length };
  };
}
