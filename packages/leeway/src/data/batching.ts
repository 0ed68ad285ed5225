import { expected } from "../errors.ts";
import type { Batch, BatchArray, Share } from "./dataset.ts";
import { requireIndices } from "./examples.ts";

/** Which examples become batches. */
export interface BatchPlan {
  /** [N], of all examples. */
  readonly labels: Int32Array;
  /** Positions, repeats allowed. */
  readonly order: ArrayLike<number>;
  readonly batchSize: number;
  readonly share?: Share | undefined;
}

/** Which examples of a batch are taken. */
export interface Taken {
  /** Their slots in it. */
  readonly slots: Uint32Array;
  /** Examples of the whole batch. */
  readonly of: number;
}

/**
 * The inputs of the examples at `positions`, as tensors are made of them. Their arrays may be those of the batch before,
 * written anew.
 *
 * @param taken where the positions are a share of a batch; what is drawn for examples is drawn for all of them
 */
export type Fill = (positions: Uint32Array, taken?: Taken) => readonly BatchArray[];

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
export function capacityOf({ order, batchSize, share }: Omit<BatchPlan, "labels">): number {
  const whole = Math.min(batchSize, order.length);
  return share === undefined ? whole : share.largest(whole);
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
    yield* filledBatches(plan, inOrder(plan), filler(capacityOf(plan)));
  })();
}

/** Batches of inputs that are in memory, filled as they are taken. */
export function* filledBatches(
  { labels, share }: Pick<BatchPlan, "labels" | "share">,
  parts: Iterable<Uint32Array>,
  fill: Fill,
): Generator<Batch, void, undefined> {
  const assemble = assembler(labels);
  for (const part of parts) yield assemble(sharedOut(part, share), fill);
}

/** The positions of a batch, or of a share of it. */
interface Part {
  readonly positions: Uint32Array;
  readonly whole?: Uint32Array;
  readonly taken?: Taken;
}

function sharedOut(whole: Uint32Array, share: Share | undefined): Part {
  if (share === undefined) return { positions: whole };
  const slots = share.slotsOf(whole.length);
  return { positions: slots.map((slot) => whole[slot]!), whole, taken: { slots, of: whole.length } }; // slots of it
}

/**
 * Batches of inputs that are read from a file: the next batch is read while the consumer computes with the last, so
 * that `load` needs two buffers, to be used in turns.
 */
export async function* loadedBatches(
  { labels, share }: Pick<BatchPlan, "labels" | "share">,
  parts: Iterable<Uint32Array>,
  load: (positions: Uint32Array) => Promise<Fill>,
): AsyncGenerator<Batch, void, undefined> {
  const assemble = assembler(labels);
  let coming: { readonly part: Part; readonly fill: Promise<Fill> } | undefined;
  try {
    for (const whole of parts) {
      const last = coming;
      const fill = last && (await last.fill);
      const part = sharedOut(whole, share);
      coming = { part, fill: load(part.positions) };
      coming.fill.catch(() => undefined); // thrown where it is awaited
      if (last && fill) yield assemble(last.part, fill);
    }
    if (coming) yield assemble(coming.part, await coming.fill);
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
function assembler(labels: Int32Array): (part: Part, fill: Fill) => Batch {
  let targets = new Int32Array(0);
  return ({ positions, whole, taken }, fill) => {
    const { length } = positions;
    if (targets.length < length) targets = new Int32Array(length);
    for (let slot = 0; slot < length; slot++) targets[slot] = labels[positions[slot]!]!;
    const inputs = fill(positions, taken);
    return { inputs, targets: targets.subarray(0, length), positions, length, ...(whole && { whole }) };
  };
}
