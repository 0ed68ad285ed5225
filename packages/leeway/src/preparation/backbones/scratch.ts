/**
 * Memory that is used again by the next image: fresh memory of that size costs the system more than what is computed in
 * it. What is in it holds until the same part is asked for again.
 */
export class Scratch {
  readonly #parts = new Map<string, Uint8ClampedArray>();

  /** Bytes of any content. */
  bytes(part: string, length: number): Uint8ClampedArray {
    const known = this.#parts.get(part);
    if (known !== undefined && known.length >= length) return known.subarray(0, length);
    const made = new Uint8ClampedArray(length);
    if (length <= mostKept) this.#parts.set(part, made);
    return made;
  }
}

/** Of an image that is larger, memory is not kept. */
const mostKept = 1 << 24;
