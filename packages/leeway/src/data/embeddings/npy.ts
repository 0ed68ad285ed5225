import { open } from "node:fs/promises";
import { firstBytes, readable } from "../files/bounded-read.ts";
import { fileError } from "../files/file-error.ts";

/** An array of a .npy file: numbers as float32, or text. */
type NpyArray =
  | {
      readonly kind: "number";
      readonly shape: readonly number[];
      readonly values: Float32Array | Float64Array;
    }
  | { readonly kind: "text"; readonly shape: readonly number[]; readonly values: readonly string[] };

interface Header {
  /** Such as <f4: byte order, kind, bytes. */
  readonly descr: string;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly offset: number;
}

const advice = 'Save it with np.save(path, np.ascontiguousarray(x, dtype="float32")).';
const maxHeaderBytes = 1 << 20;
const chunkBytes = 1 << 22;

/**
 * Reads a .npy file, versions 1 to 3, in C order: floats of 2, 4 or 8 bytes and whole numbers of 1 to 8 in
 * little-endian order, booleans, and text (<U). What a shape claims is held against the file's size first.
 *
 * @param precision of numbers; float64 keeps whole numbers up to 2^53
 * @throws RunError with code "data" if it is something else, cut off, or of a type that is not read
 * @source the format's description in NumPy, numpy/lib/format.py
 */
export async function readNpy(
  path: string,
  { precision = "float32" }: { readonly precision?: "float32" | "float64" } = {},
): Promise<NpyArray> {
  const file = await readable(path, open(path));
  try {
    const { size } = await file.stat();
    const start = Buffer.alloc(Math.min(maxHeaderBytes, size));
    await file.read(start, 0, start.length, 0);
    const { descr, shape, offset } = parseHeader(path, start);
    const count = shape.reduce((product, each) => product * each, 1);
    const [, kind = "", digits = ""] = /^[<|=]?([a-zA-Z])(\d+)$/.exec(descr) ?? [];
    const bytes = kind === "U" ? 4 * Number(digits) : Number(digits);
    const read = readers[`${kind}${digits}`];
    if (read === undefined && kind !== "U") {
      const expected = "float16, float32, float64, whole numbers or text in little-endian order";
      throw fileError(path, { expected, got: `dtype "${descr.slice(0, 40)}"`, advice });
    }
    if (!Number.isSafeInteger(count * bytes) || size !== offset + count * bytes) {
      const expected = `${offset + count * bytes} bytes for shape (${shape.join(", ")}) of ${descr}`;
      throw fileError(path, {
        expected,
        got: `${size}`,
        advice: "The file is cut off or damaged: get a fresh copy.",
      });
    }
    const Numbers = precision === "float32" ? Float32Array : Float64Array;
    const numbers = new Numbers(read === undefined ? 0 : count);
    const texts: string[] = [];
    const perChunk = Math.max(1, Math.floor(chunkBytes / Math.max(1, bytes)));
    for (let from = 0; from < count; from += perChunk) {
      const some = Math.min(perChunk, count - from);
      const chunk = Buffer.alloc(some * bytes);
      await file.read(chunk, 0, chunk.length, offset + from * bytes);
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.length);
      for (let i = 0; i < some; i++) {
        if (read === undefined) texts.push(textAt(view, i * bytes, bytes / 4));
        else numbers[from + i] = read(view, i * bytes);
      }
    }
    return read === undefined
      ? { kind: "text", shape, values: texts }
      : { kind: "number", shape, values: numbers };
  } finally {
    await file.close();
  }
}

/** The shape that the header of a .npy file claims; undefined where there is no such header. */
export async function npyShape(path: string): Promise<readonly number[] | undefined> {
  try {
    return parseHeader(path, await firstBytes(path, 65_536)).shape;
  } catch {
    return undefined; // reading the file reports what is wrong with it
  }
}

const readers: Readonly<Record<string, (view: DataView, at: number) => number>> = {
  f2: (view, at) => half(view.getUint16(at, true)),
  f4: (view, at) => view.getFloat32(at, true),
  f8: (view, at) => view.getFloat64(at, true),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at) => view.getInt16(at, true),
  i4: (view, at) => view.getInt32(at, true),
  i8: (view, at) => Number(view.getBigInt64(at, true)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at) => view.getUint16(at, true),
  u4: (view, at) => view.getUint32(at, true),
  u8: (view, at) => Number(view.getBigUint64(at, true)),
  b1: (view, at) => view.getUint8(at),
};

/** A half-precision number from its bits: 1 sign, 5 exponent, 10 fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Text of at most `length` letters, 4 bytes each, ended by zeros. */
function textAt(view: DataView, at: number, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) {
    const letter = view.getUint32(at + 4 * i, true);
    if (letter === 0) break;
    text += letter <= 0x10ffff ? String.fromCodePoint(letter) : "\ufffd";
  }
  return text;
}

function parseHeader(path: string, start: Buffer): Header {
  const fail = (expected: string, got: string): never => {
    throw fileError(path, { expected, got, advice });
  };
  if (start.subarray(0, 6).toString("latin1") !== "\x93NUMPY") {
    fail(
      "a .npy file, which begins with \\x93NUMPY",
      start.length === 0 ? "an empty file" : "something else",
    );
  }
  const major = start[6] ?? 0;
  if (major < 1 || major > 3 || start.length < 12) fail("a .npy file of version 1 to 3", `version ${major}`);
  const length = major === 1 ? start.readUInt16LE(8) : start.readUInt32LE(8);
  const offset = (major === 1 ? 10 : 12) + length;
  if (offset > start.length) fail("a whole header", "one that is cut off");
  const text = start.subarray(offset - length, offset).toString("latin1");
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape':\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || sizes === undefined) {
    return fail("a header with descr, fortran_order and shape", `"${text.trim().slice(0, 80)}"`);
  }
  const shape = sizes
    .split(",")
    .filter((each) => each.trim() !== "")
    .map(Number);
  if (!shape.every((each) => Number.isSafeInteger(each))) fail("a shape of whole numbers", sizes);
  if (order === "True" && shape.length > 1) fail("an array in C order", "Fortran order");
  return { descr, shape, offset };
}
