/** Numbers of a slot: the two halves of a hash and two that the owner gives a meaning. */
const width = 4;

/**
 * Slots by a hash of 64 bits in two halves, in one typed array: a Map of a million n-grams takes six times the memory
 * and the time. A slot is empty while its third number is 0. Two keys of one hash share a slot: among ten million
 * n-grams that happens once in some hundred thousand data sets.
 */
export class HashTable {
  /** The slots one after another: low, high, and two numbers of the owner's, of which the first is not 0 once used. */
  cells: Int32Array;
  #used = 0;
  #mask: number;

  /** @param capacity how many keys will probably come */
  constructor(capacity: number) {
    const slots = 2 ** Math.max(4, Math.ceil(Math.log2(2 * capacity)));
    this.cells = new Int32Array(width * slots);
    this.#mask = slots - 1;
  }

  /** How many slots are used. */
  get size(): number {
    return this.#used;
  }

  /** Where the slot of a hash begins in {@link cells}: that of the key, or the empty one it would take. */
  at(low: number, high: number): number {
    const { cells } = this;
    for (let slot = low & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = width * slot;
      if (cells[at + 2] === 0 || (cells[at] === low && cells[at + 1] === high)) return at;
    }
  }

  /** Takes an empty slot; places of other slots may change. */
  take(at: number, [low, high, first, second]: readonly [number, number, number, number]): void {
    const { cells } = this;
    cells[at] = low;
    cells[at + 1] = high;
    cells[at + 2] = first;
    cells[at + 3] = second;
    if (2 * ++this.#used > this.#mask) this.#rehash(2, () => true);
  }

  /** Keeps the slots of which `keep` says so, by their third number. */
  filter(keep: (first: number) => boolean): void {
    this.#rehash(1, keep);
  }

  #rehash(growth: number, keep: (first: number) => boolean): void {
    const before = this.cells;
    this.cells = new Int32Array(growth * before.length);
    this.#mask = this.cells.length / width - 1;
    this.#used = 0;
    for (let at = 0; at < before.length; at += width) {
      const first = before[at + 2]!;
      if (first === 0 || !keep(first)) continue;
      this.cells.set(before.subarray(at, at + width), this.at(before[at]!, before[at + 1]!));
      this.#used++;
    }
  }
}
