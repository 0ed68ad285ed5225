import type { Weights } from "./resample-filters.ts";
import { resampleKernel } from "./resample-kernel.ts";

/** What every runtime has of WebAssembly that is used here: neither Node's types nor ECMAScript's name it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** The functions of resample.wat; places are bytes from the beginning of its memory. */
interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly rows: (
    ...places: [
      ...[src: number, from: number, height: number, dst: number, width: number],
      ...[first: number, count: number, weights: number, room: number],
    ]
  ) => void;
  readonly columns: (
    ...places: [
      ...[src: number, row: number, dst: number, height: number],
      ...[first: number, count: number, weights: number, room: number],
    ]
  ) => void;
}

let loaded: Kernel | undefined;

/** The kernel, compiled at its first use: 850 bytes. */
function kernel(): Kernel {
  if (loaded === undefined) {
    const bytes = Uint8Array.from(atob(resampleKernel), (letter) => letter.charCodeAt(0));
    loaded = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Kernel;
  }
  return loaded;
}

const channels = 3;
const page = 1 << 16;
/** Bytes that instructions may read or write beyond an image. */
const margin = 16;
/** Bytes of an image that are in the kernel's memory at a time, where its rows are made shorter. */
const stripBytes = 1 << 20;

/** An image of three colours, 8 bits each. */
interface Bytes {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Weights in pairs, as resample.wat reads them. */
export interface PairedWeights {
  readonly size: number;
  /** Pairs of one pixel there is room for. */
  readonly room: number;
  /** [size first pixels, size counts of pairs, then size * room pairs of l and h] */
  readonly words: Int32Array;
}

/** Weights for {@link resampledRows} and {@link resampledColumns}. */
export function paired({ first, count, values, width }: Weights): PairedWeights {
  const size = first.length;
  const room = (width + 1) >> 1;
  const words = new Int32Array(size * (2 + 2 * room));
  words.set(first);
  for (let i = 0, at = 2 * size; i < size; i++, at += 2 * room) {
    const pairs = (count[i]! + 1) >> 1;
    words[size + i] = pairs;
    for (let k = 0; k < pairs; k++) {
      const one = values[i * width + 2 * k]!;
      const other = 2 * k + 1 < count[i]! ? values[i * width + 2 * k + 1]! : 0;
      words[at + 2 * k] = (one & low) | ((other & low) << 16);
      words[at + 2 * k + 1] = ((one >> lowBits) & 0xffff) | ((other >> lowBits) << 16);
    }
  }
  return { size, room, words };
}

const lowBits = 12;
const low = (1 << lowBits) - 1;

/** Where parts of the kernel's memory begin: as many bytes each as are asked for, and a margin. */
function places(lengths: readonly number[]): number[] {
  let end = 0;
  const starts = lengths.map((length) => {
    const start = end;
    end = (start + length + margin + 15) & -16;
    return start;
  });
  const { memory } = kernel();
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / page));
  return starts;
}

/** Puts weights to a place, first pixels as bytes of `step` each. */
function putWeights({ words, size }: PairedWeights, at: number, step: number): void {
  const into = new Int32Array(kernel().memory.buffer, at, words.length);
  into.set(words);
  for (let i = 0; i < size; i++) into[i]! *= step;
}

/**
 * An image whose sides are resampled, along rows first; null leaves a side as it is. What it returns lies in memory that
 * the next call uses.
 */
export function resampledSides(image: Bytes, along: PairedWeights | null, down: PairedWeights | null): Bytes {
  const width = along?.size ?? image.width;
  const height = down?.size ?? image.height;
  const [from, row] = [image.width * channels, width * channels];
  const strip = along === null ? 0 : Math.min(image.height, Math.max(1, Math.floor(stripBytes / from)));
  // The pair of the last row may have one more.
  const wide = (image.height + (down === null ? 0 : 1)) * row;
  const [ofRows, ofColumns, source, between, result] = places([
    ...[(along?.words.length ?? 0) * 4, (down?.words.length ?? 0) * 4],
    ...[strip * from, wide, down === null ? 0 : height * row],
  ]) as [number, number, number, number, number];
  const { memory, rows, columns } = kernel();
  const bytes = new Uint8Array(memory.buffer);
  if (along === null) bytes.set(image.data.subarray(0, image.height * from), between);
  else {
    putWeights(along, ofRows, channels);
    const tables = tablesAt(ofRows, along);
    for (let y = 0; y < image.height; y += strip) {
      const count = Math.min(strip, image.height - y);
      bytes.set(image.data.subarray(y * from, (y + count) * from), source);
      rows(source, from, count, between + y * row, width, ...tables);
    }
  }
  if (down === null) return { data: bytes.subarray(between, between + height * row), width, height };
  putWeights(down, ofColumns, row);
  columns(between, row, result, height, ...tablesAt(ofColumns, down));
  return { data: bytes.subarray(result, result + height * row), width, height };
}

/** First pixels, counts and pairs of weights that are put to a place. */
function tablesAt(
  at: number,
  { size, room }: PairedWeights,
): [first: number, count: number, weights: number, room: number] {
  return [at, at + 4 * size, at + 8 * size, room];
}
