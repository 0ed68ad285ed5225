import { fileError } from "../files/file-error.ts";

/** What a .npy file says of the array in it. */
export interface NpyHeader {
  /** Such as <f4: byte order, kind, bytes. */
  readonly descr: string;
  readonly shape: readonly number[];
  /** Whether the first dimension changes fastest. */
  readonly fortran: boolean;
}

const advice = 'Save it with np.save(path, x.astype("float32")), classes with np.save(path, y.astype(str)).';
const magic = "\x93NUMPY";

/** The bytes of a header's start that tell its length. */
export const npyStartBytes = 12;

/** What a header may take; NumPy's own takes a few hundred bytes. */
const maxHeaderBytes = 1 << 20;

/**
 * Where a header's text and the values after it begin, by the first bytes of a .npy file.
 *
 * @param place how an error speaks of the file
 * @throws RunError with code "data" if it is no .npy file of version 1 to 3
 */
export function npyHeaderAt(place: string, start: Buffer): { readonly from: number; readonly end: number } {
  if (start.toString("latin1", 0, 6) !== magic) {
    throw fileError(place, {
      expected: "a .npy file, which begins with \\x93NUMPY",
      got: begun(start),
      advice,
    });
  }
  const major = start[6] ?? 0;
  if (major < 1 || major > 3) {
    throw fileError(place, { expected: "a .npy file of version 1 to 3", got: `version ${major}`, advice });
  }
  if (start.length < npyStartBytes) throw cutOff(place);
  const from = major === 1 ? 10 : 12;
  const length = major === 1 ? start.readUInt16LE(8) : start.readUInt32LE(8);
  if (length > maxHeaderBytes) {
    const expected = `a header of at most ${maxHeaderBytes} bytes`;
    throw fileError(place, { expected, got: String(length), advice });
  }
  return { from, end: from + length };
}

/** A header that ends before its values begin. */
export function cutOff(place: string): Error {
  return fileError(place, { expected: "a whole header", got: "one that is cut off", advice });
}

function begun(start: Buffer): string {
  if (start.length === 0) return "an empty file";
  if (start[0] === 0x80 && start[1] !== undefined && start[1] <= 5)
    return "a Python pickle, which is not read";
  return start.toString("latin1", 0, 2) === "PK"
    ? "a zip archive; call it .npz if it is one"
    : "something else";
}

/**
 * A header's text.
 *
 * @source the format's description in NumPy, numpy/lib/format.py
 * @throws RunError with code "data" if it is something else, or the array is of Python objects or of several columns
 */
export function parseNpyHeader(place: string, text: string): NpyHeader {
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const sizes = /'shape':\s*\(([\d\s,]*)\)/.exec(text)?.[1];
  if (/'descr':\s*\[/.test(text)) {
    throw fileError(place, {
      expected: "an array of numbers",
      got: "a structured array, which has named fields",
      advice: "Save it with np.save(path, numpy.lib.recfunctions.structured_to_unstructured(x)).",
    });
  }
  if (descr === undefined || order === undefined || sizes === undefined) {
    const got = `"${text.trim().slice(0, 80)}"`;
    throw fileError(place, { expected: "a header with descr, fortran_order and shape", got, advice });
  }
  const shape = sizes
    .split(",")
    .filter((each) => each.trim() !== "")
    .map(Number);
  if (!shape.every((each) => Number.isSafeInteger(each))) {
    throw fileError(place, { expected: "a shape of whole numbers", got: sizes, advice });
  }
  if (descr.includes("O")) {
    throw fileError(place, {
      expected: "an array of numbers or text",
      got: "one of Python objects, which only Python can read (a pickle)",
      advice:
        'Save vectors with np.save(path, np.stack(x).astype("float32")), classes with np.save(path, y.astype(str)).',
    });
  }
  return { descr, shape, fortran: order === "True" && shape.length > 1 };
}
