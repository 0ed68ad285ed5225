import { permutation, random, type Random } from "../random.ts";
import { positionsByClass } from "./examples.ts";

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
  const slots = Uint32Array.from(order);
  const board: Board = { slots, labels, minimum, isFree: new Uint8Array(slots.length).fill(1) };
  const batches = spans(slots.length, batchSize);
  for (const span of batches) holdMinimum(board, span);
  const spare = spareSlots(board, from);
  const another = exampleDrawer(labels, minimum.length, from);
  const appended: number[] = [];
  for (const span of batches) {
    const missing = holdMinimum(board, span);
    const places = missing.length === 0 ? [] : freeSlots(board, span);
    for (const label of missing) {
      if (places.length === 0) {
        appended.push(another(label)); // of the last batch, which is short
        continue;
      }
      const place = taken(places, from);
      board.isFree[place] = 0;
      if (!exchange(board, place, { label, spare })) slots[place] = another(label);
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
  readonly labels: ArrayLike<number>;
  readonly minimum: readonly number[];
  /** By slot: 0 where its example is one of its batch's minimum, and stays. */
  readonly isFree: Uint8Array;
}

type Span = readonly [start: number, end: number];

function spans(length: number, size: number): Span[] {
  const count = Math.ceil(length / size);
  return Array.from({ length: count }, (_, i) => [i * size, Math.min((i + 1) * size, length)]);
}

function labelAt({ slots, labels }: Board, slot: number): number {
  return labels[slots[slot]!]!;
}

/** Holds the examples that a batch has of its minimum in their slots. Returns the class of each that is missing. */
function holdMinimum(board: Board, [start, end]: Span): number[] {
  const { isFree, minimum } = board;
  const missing = Array.from(minimum);
  for (let slot = start; slot < end; slot++) if (isFree[slot] === 0) missing[labelAt(board, slot)]! -= 1;
  for (let slot = start; slot < end; slot++) {
    const label = labelAt(board, slot);
    if (isFree[slot] === 0 || missing[label]! <= 0) continue; // a class
    missing[label]! -= 1;
    isFree[slot] = 0;
  }
  return missing.flatMap((count, label) => new Array<number>(Math.max(0, count)).fill(label));
}

function freeSlots({ isFree }: Board, [start, end]: Span): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i).filter((slot) => isFree[slot] === 1);
}

/** By class, at random: the slots of examples that their batches can spare; empty for a class without a minimum. */
function spareSlots(board: Board, from: Random): number[][] {
  const lists = board.minimum.map((): number[] => []);
  for (const slot of freeSlots(board, [0, board.slots.length])) {
    const label = labelAt(board, slot);
    if (board.minimum[label]! > 0) lists[label]!.push(slot); // a class
  }
  return lists.map((list) => Array.from(permutation(list.length, from), (i) => list[i]!)); // a place in it
}

/** Exchanges the example of a slot for one of a class that another batch can spare. Returns whether there was one. */
function exchange(
  board: Board,
  place: number,
  { label, spare }: { readonly label: number; readonly spare: readonly number[][] },
): boolean {
  const { slots, isFree, minimum } = board;
  const candidates = spare[label]!; // a class
  for (let other = candidates.pop(); other !== undefined; other = candidates.pop()) {
    if (isFree[other] === 0 || labelAt(board, other) !== label) continue; // exchanged since
    [slots[place], slots[other]] = [slots[other]!, slots[place]!];
    const moved = labelAt(board, other);
    if (minimum[moved]! > 0) spare[moved]!.push(other);
    return true;
  }
  return false;
}

/** Takes one of some numbers out of them, at random. */
function taken(numbers: number[], from: Random): number {
  const at = from.below(numbers.length);
  const [number] = numbers.splice(at, 1);
  return number!; // there is one at a place below the length
}

/** Draws examples of a class at random, all of them before one is repeated. */
function exampleDrawer(labels: ArrayLike<number>, classes: number, from: Random): (label: number) => number {
  const positions = positionsByClass(labels, classes);
  const left = positions.map((): number[] => []);
  return (label) => {
    const all = positions[label]!;
    if (left[label]!.length === 0) left[label] = Array.from(permutation(all.length, from), (i) => all[i]!);
    return left[label]!.pop()!; // the class has an example
  };
}
