import type { NgramOptions } from "../../catalogue/index.ts";
import { plainText, tokensOf } from "./vocabulary.ts";

/** Which n-grams of a text are read. */
type NgramRanges = Pick<NgramOptions, "wordNgrams" | "charNgrams">;

/** One alone says little that words do not. */
const minCharacters = 2;

/** Where hashes begin, by block: the word "ab" and the characters "ab" are two features. */
const firstHash = { words: [0x2545f491, 1], characters: [0x61c88647, 2] } as const;

/**
 * Reads the n-grams of texts, one text after another, as hashes in arrays that all texts share: words in a row, then
 * characters in a row. Characters are taken within what spaces divide, the space before and after it included, so that
 * beginnings and ends of words differ from their middles (scikit-learn's `char_wb`); in a script without spaces a whole
 * sentence is one such word.
 */
export class NgramReader {
  readonly #ranges: NgramRanges;
  /** Of each n-gram the two halves of its hash, and what it spans: words, or characters of the text. */
  low = new Int32Array(1024);
  high = new Int32Array(1024);
  #from = new Int32Array(1024);
  #to = new Int32Array(1024);
  #tokens: readonly string[] = [];
  #plain = "";
  /** N-grams of the text that was read last. */
  length = 0;
  /** How many of them are of words; the others are of characters. */
  words = 0;

  constructor(ranges: NgramRanges) {
    this.#ranges = ranges;
  }

  /** Reads a text: its n-grams are here until the next one is read. */
  read(text: string): void {
    const plain = plainText(text);
    this.length = 0;
    this.#tokens = this.#ranges.wordNgrams > 0 ? tokensOf(plain) : [];
    this.#readWords();
    this.words = this.length;
    this.#plain = ` ${plain.trim()} `;
    if (this.#ranges.charNgrams >= minCharacters) this.#readCharacters();
  }

  /** An n-gram of the text, written out. */
  written(i: number): string {
    const [from, to] = [this.#from[i]!, this.#to[i]!];
    if (i < this.words) return this.#tokens.slice(from, to).join(" ");
    // Two characters of one code point are one; what divides words counts as a space.
    return this.#plain.slice(from, to).replace(/\s/g, " ");
  }

  #readWords(): void {
    const { wordNgrams } = this.#ranges;
    const tokens = this.#tokens;
    for (let from = 0; from < tokens.length; from++) {
      let [low, high]: readonly [number, number] = firstHash.words;
      const end = Math.min(tokens.length, from + wordNgrams);
      for (let to = from; to < end; to++) {
        if (to > from) {
          low = nextLow(low, 32);
          high = nextHigh(high, 32);
        }
        const token = tokens[to]!;
        for (let k = 0; k < token.length; k++) {
          const code = token.charCodeAt(k);
          low = nextLow(low, code);
          high = nextHigh(high, code);
        }
        this.#add(low, high, from, to + 1);
      }
    }
  }

  #readCharacters(): void {
    const { charNgrams } = this.#ranges;
    const plain = this.#plain;
    let start = 0; // the space before the word
    while (start < plain.length - 1) {
      let end = start + 1; // the space after it
      while (end < plain.length && !isSpace(plain.charCodeAt(end))) end++;
      if (end > start + 1) {
        for (let from = start; from < end; from++) {
          if (from > start && isSecondHalf(plain.charCodeAt(from))) continue;
          let [low, high]: readonly [number, number] = firstHash.characters;
          const last = Math.min(end, from + charNgrams - 1);
          for (let at = from; at <= last; at++) {
            const code = at === start || at === end ? 32 : plain.charCodeAt(at);
            low = nextLow(low, code);
            high = nextHigh(high, code);
            if (at - from + 1 < minCharacters) continue;
            if (at < end && isSecondHalf(plain.charCodeAt(at + 1))) continue;
            this.#add(low, high, from, at + 1);
          }
        }
      }
      start = end;
    }
  }

  #add(low: number, high: number, from: number, to: number): void {
    const at = this.length;
    if (at === this.low.length) this.#grow();
    this.low[at] = low;
    this.high[at] = high;
    this.#from[at] = from;
    this.#to[at] = to;
    this.length = at + 1;
  }

  #grow(): void {
    const longer = (array: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(2 * array.length);
      grown.set(array);
      return grown;
    };
    this.low = longer(this.low);
    this.high = longer(this.high);
    this.#from = longer(this.#from);
    this.#to = longer(this.#to);
  }
}

/** The hash of an n-gram as {@link NgramReader} computes it, by its written form. */
export function ngramHash(
  written: string,
  block: keyof typeof firstHash,
): readonly [low: number, high: number] {
  let [low, high]: readonly [number, number] = firstHash[block];
  for (let k = 0; k < written.length; k++) {
    const code = written.charCodeAt(k);
    low = nextLow(low, code);
    high = nextHigh(high, code);
  }
  return [low, high];
}

/** The hash of one more character, by its code unit: odd factors of good mixing, and the high bits brought down. */
function nextLow(low: number, code: number): number {
  const mixed = Math.imul(low ^ code, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

function nextHigh(high: number, code: number): number {
  const mixed = Math.imul(high + code, 0x85ebca77);
  return mixed ^ (mixed >>> 13);
}

/** What divides words: spaces, ends of lines and their kin, among them the wide one of Chinese and Japanese. */
function isSpace(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13);
  return code === 0xa0 || code === 0x3000 || (code >= 0x2000 && code <= 0x200a) || code === 0x2028;
}

/** The second code unit of a character outside the basic plane: no n-gram begins or ends between the two. */
function isSecondHalf(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
