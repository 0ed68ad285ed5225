import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { readable, unreadable } from "../files/bounded-read.ts";
import { fileError } from "../files/file-error.ts";
import { cutOff, type NpyHeader, npyHeaderAt, npyStartBytes, parseNpyHeader } from "./npy-header.ts";
import { type NpyItems, npyItems } from "./npy-items.ts";

/** An array of a .npy file: numbers, or text; in C order, the last dimension changing fastest. */
export type NpyArray =
  | {
      readonly kind: "number";
      readonly shape: readonly number[];
      readonly values: Float32Array | Float64Array;
    }
  | { readonly kind: "text"; readonly shape: readonly number[]; readonly values: readonly string[] };

/** The bytes of a .npy file, wherever it lies. */
export interface NpyBytes {
  /** How an error speaks of it: a path, or an archive's path and a member's name. */
  readonly place: string;
  /** How many there are. */
  readonly size: number;
  readonly parts: AsyncIterable<Uint8Array>;
}

/** How numbers are kept; float64 keeps whole numbers up to 2^53. */
interface NpyOptions {
  readonly precision?: "float32" | "float64";
}

/**
 * Reads a .npy file, versions 1 to 3, in C or Fortran order, big-endian or little-endian: floats of 2, 4 or 8 bytes and
 * whole numbers of 1 to 8, booleans, and text. What a shape claims is held against the file's size first.
 *
 * @throws RunError with code "data" if it is something else, cut off, or of a type that is not read
 */
export async function readNpy(path: string, options: NpyOptions = {}): Promise<NpyArray> {
  const { size } = await readable(path, stat(path));
  return readNpyBytes(
    { place: path, size, parts: createReadStream(path, { highWaterMark: 1 << 20 }) },
    options,
  );
}

/** {@link readNpy} of bytes that come one after the other. */
export async function readNpyBytes(
  { place, size, parts }: NpyBytes,
  options: NpyOptions = {},
): Promise<NpyArray> {
  const reader = byteReader(place, parts);
  try {
    return await arrayOf(reader, { place, size }, options);
  } finally {
    await reader.close();
  }
}

async function arrayOf(
  reader: ByteReader,
  { place, size }: Omit<NpyBytes, "parts">,
  { precision = "float32" }: NpyOptions,
): Promise<NpyArray> {
  const { header, end } = await headerOf(place, reader);
  const { descr, shape } = header;
  const items = npyItems(place, descr);
  const count = shape.reduce((product, each) => product * each, 1);
  const whole = end + count * items.bytes;
  if (!Number.isSafeInteger(whole) || size !== whole) {
    throw fileError(place, {
      expected: `${whole} bytes for shape (${shape.join(", ")}) of ${descr}`,
      got: String(size),
      advice: "The file is cut off or damaged: get a fresh copy.",
    });
  }
  const put = placesOf(header);
  if (items.kind === "text") {
    const texts = new Array<string>(count).fill("");
    await eachItem(reader, { items, count }, (view, at, k) => (texts[put(k)] = items.read(view, at)));
    return { kind: "text", shape, values: texts };
  }
  const values = precision === "float32" ? new Float32Array(count) : new Float64Array(count);
  if (descr === nativeFloat && precision === "float32" && !header.fortran) {
    await copyBytes(reader, Buffer.from(values.buffer));
    return { kind: "number", shape, values };
  }
  await eachItem(reader, { items, count }, (view, at, k) => (values[put(k)] = items.read(view, at)));
  return { kind: "number", shape, values };
}

/** What the header of a .npy file says; undefined where there is none that can be read. */
export async function npyHeader({ place, parts }: Omit<NpyBytes, "size">): Promise<NpyHeader | undefined> {
  const reader = byteReader(place, parts);
  try {
    return (await headerOf(place, reader)).header;
  } catch {
    return undefined; // reading the file reports what is wrong with it
  } finally {
    await reader.close();
  }
}

/** The shape that the header of a .npy file claims; undefined where there is no such header. */
export async function npyShape(path: string): Promise<readonly number[] | undefined> {
  const parts = createReadStream(path, { end: 65_535 });
  return (await npyHeader({ place: path, parts }))?.shape;
}

/** float32 as this machine has it. */
const nativeFloat = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? "<f4" : ">f4";

interface ByteReader {
  /** So many bytes as are requested; fewer only at the end. */
  readonly read: (count: number) => Promise<Buffer>;
  /** Ends the reading, also before its end. */
  readonly close: () => Promise<void>;
}

function byteReader(place: string, parts: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = parts[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const read = async (count: number): Promise<Buffer> => {
    const taken: Buffer[] = [];
    let missing = count;
    while (missing > 0) {
      if (rest.length === 0) {
        const next = await iterator.next().catch((cause: unknown) => {
          throw unreadable(place, cause);
        });
        if (next.done === true) break;
        rest = Buffer.from(next.value);
      }
      const some = rest.subarray(0, missing);
      taken.push(some);
      rest = rest.subarray(some.length);
      missing -= some.length;
    }
    return taken.length === 1 ? taken[0]! : Buffer.concat(taken); // the one that there is
  };
  const close = async (): Promise<void> => {
    await iterator.return?.();
  };
  return { read, close };
}

async function headerOf(
  place: string,
  { read }: ByteReader,
): Promise<{ readonly header: NpyHeader; readonly end: number }> {
  const start = await read(npyStartBytes);
  const { from, end } = npyHeaderAt(place, start);
  const more = await read(Math.max(0, end - start.length));
  const text = Buffer.concat([start, more]).toString("latin1", from, end);
  if (start.length + more.length < end) throw cutOff(place);
  return { header: parseNpyHeader(place, text), end };
}

const itemsAtOnce = 1 << 16;
const chunkBytes = 1 << 20;

/** Fills `bytes` with the next ones. */
async function copyBytes({ read }: ByteReader, bytes: Buffer): Promise<void> {
  for (let from = 0; from < bytes.length; from += chunkBytes) {
    const chunk = await read(Math.min(chunkBytes, bytes.length - from));
    bytes.set(chunk, from);
  }
}

async function eachItem(
  { read }: ByteReader,
  { items, count }: { readonly items: NpyItems; readonly count: number },
  take: (view: DataView, at: number, k: number) => void,
): Promise<void> {
  const { bytes } = items;
  for (let from = 0; from < count; from += itemsAtOnce) {
    const some = Math.min(itemsAtOnce, count - from);
    const chunk = await read(some * bytes);
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let i = 0; i < some; i++) take(view, i * bytes, from + i);
  }
}

/** Where the item that comes k-th in the file stands in C order. */
function placesOf({ shape, fortran }: NpyHeader): (k: number) => number {
  if (!fortran) return (k) => k;
  const strides = shape.map((_, d) => shape.slice(d + 1).reduce((product, each) => product * each, 1));
  return (k) => {
    let [rest, place] = [k, 0];
    for (let d = 0; d < shape.length; d++) {
      place += (rest % shape[d]!) * strides[d]!; // d is a dimension
      rest = Math.floor(rest / shape[d]!); // likewise
    }
    return place;
  };
}
