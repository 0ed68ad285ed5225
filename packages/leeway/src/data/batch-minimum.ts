import { permutation, random, type Random } from "../random.ts";

/** How many examples of each class every batch has at least. */
export interface BatchMinimum {
  /** m_j, length K; their sum is at most the batch size, and a class with one has examples. */
  readonly minimum: readonly number[];
  readonly batchSize: number;
}

/**
 * An epoch's order in which every batch has at least m_j examples of class j.
 *
 * Where a batch lacks one, it changes places with one that another batch has to spare; where none has, it comes on top
 * and takes the place of an example that this epoch then does not show. All examples of a class are taken so before one
 * is repeated. A last batch that is too short for its minimum is lengthened. An order that has the minimum stays as it
 * is, and what is changed follows from the seed and the epoch alone.
 *
 * @param order  positions in `labels`, such as `epochOrder` gives
 * @param labels [N], each 0 to K - 1
 */
export function withMinimum(
  order: Uint32Array,
  labels: ArrayLike<number>,
  { minimum, batchSize, seed, epoch }: BatchMinimum & { readonly seed: number; readonly epoch: number },
): Uint32Array {
  const from = random(seed, "batch minimum", epoch);
  const slots = order.slice();
  const board: Board = {
    slots,
    classes: classesOf(slots, labels),
    minimum,
    isFree: new Uint8Array(slots.length).fill(1),
  };
  const batches = spans(slots.length, batchSize);
  for (const span of batches) holdMinimum(board, span);
  const spare = spareSlots(board, from);
  const another = exampleDrawer(labels, minimum, from);
  const appended: number[] = [];
  for (const span of batches) {
    for (const label of holdMinimum(board, span)) {
      const place = freeSlot(board, span, from);
      if (place === undefined) {
        appended.push(another(label)); // of the last batch, which is short
        continue;
      }
      board.isFree[place] = 0;
      if (exchange(board, place, { label, spare })) continue;
      slots[place] = another(label);
      board.classes[place] = label;
    }
  }
  if (appended.length === 0) return slots;
  const longer = new Uint32Array(slots.length + appended.length);
  longer.set(slots);
  longer.set(appended, slots.length);
  return longer;
}

/** An order while it is changed. */
interface Board {
  /** Positions of examples, batch after batch. */
  readonly slots: Uint32Array;
  /** The class of each slot's example: many slots are looked at, and labels lie far apart in memory. */
  readonly classes: Uint32Array;
  readonly minimum: readonly number[];
  /** By slot: 0 where its example is one of its batch's minimum, and stays. */
  readonly isFree: Uint8Array;
}

type Span = readonly [start: number, end: number];

function spans(length: number, size: number): Span[] {
  const count = Math.ceil(length / size);
  return Array.from({ length: count }, (_, i) => [i * size, Math.min((i + 1) * size, length)]);
}

function classesOf(slots: Uint32Array, labels: ArrayLike<number>): Uint32Array {
  const classes = new Uint32Array(slots.length);
  for (let slot = 0; slot < slots.length; slot++) classes[slot] = labels[slots[slot]!]!; // one a position
  return classes;
}

/** Holds the examples that a batch has of its minimum in their slots. Returns the class of each that is missing. */
function holdMinimum({ classes, isFree, minimum }: Board, [start, end]: Span): number[] {
  const missing = Float64Array.from(minimum);
  for (let slot = start; slot < end; slot++) if (isFree[slot] === 0) missing[classes[slot]!]! -= 1;
  for (let slot = start; slot < end; slot++) {
    const label = classes[slot]!;
    if (missing[label]! <= 0 || isFree[slot] === 0) continue; // a class
    missing[label]! -= 1;
    isFree[slot] = 0;
  }
  return Array.from(minimum.keys()).flatMap((j) => new Array<number>(Math.max(0, missing[j]!)).fill(j)); // a class
}

/** A free slot of a batch: the first from a random one on; undefined where none is left. */
function freeSlot({ isFree }: Board, [start, end]: Span, from: Random): number | undefined {
  const size = end - start;
  const first = from.below(size);
  for (let i = 0; i < size; i++) {
    const slot = start + ((first + i) % size);
    if (isFree[slot] === 1) return slot;
  }
  return undefined;
}

/** By class, at random: the slots of examples that their batches can spare; empty for a class without a minimum. */
function spareSlots({ classes, isFree, minimum }: Board, from: Random): number[][] {
  const isSpare = (slot: number, label: number): boolean => isFree[slot] === 1 && minimum[label]! > 0; // a class
  return positionsWhere(classes, minimum.length, isSpare).map((list) => shuffled(list, from));
}

/** Exchanges the example of a slot for one of a class that another batch can spare. Returns whether there was one. */
function exchange(
  board: Board,
  place: number,
  { label, spare }: { readonly label: number; readonly spare: readonly number[][] },
): boolean {
  const { slots, classes, isFree, minimum } = board;
  const candidates = spare[label]!; // a class
  for (let other = candidates.pop(); other !== undefined; other = candidates.pop()) {
    if (isFree[other] === 0 || classes[other] !== label) continue; // exchanged since
    [slots[place], slots[other]] = [slots[other]!, slots[place]!];
    [classes[place], classes[other]] = [label, classes[place]!];
    const moved = classes[other]!;
    if (minimum[moved]! > 0) spare[moved]!.push(other);
    return true;
  }
  return false;
}

/** Draws examples of a class with a minimum at random, all of them before one is repeated. */
function exampleDrawer(
  labels: ArrayLike<number>,
  minimum: readonly number[],
  from: Random,
): (label: number) => number {
  const all = positionsWhere(labels, minimum.length, (_, label) => minimum[label]! > 0); // a class
  const left = all.map((): number[] => []);
  return (label) => {
    if (left[label]!.length === 0) left[label] = shuffled(all[label]!, from);
    return left[label]!.pop()!; // the class has an example
  };
}

/** The places of each class that are wanted, ascending. */
function positionsWhere(
  labels: ArrayLike<number>,
  classes: number,
  isWanted: (position: number, label: number) => boolean,
): number[][] {
  const lists = Array.from({ length: classes }, (): number[] => []);
  for (let i = 0; i < labels.length; i++) if (isWanted(i, labels[i]!)) lists[labels[i]!]!.push(i);
  return lists;
}

function shuffled(list: readonly number[], from: Random): number[] {
  return Array.from(permutation(list.length, from), (i) => list[i]!); // a place in it
}
