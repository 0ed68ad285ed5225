import { type Entry, openPromise, type ZipFile } from "yauzl";
import { exists } from "../files/bounded-read.ts";
import { fileError, reason } from "../files/file-error.ts";
import { didYouMean, RunError } from "../../errors.ts";
import { type NpyArray, npyHeader, readNpyBytes } from "./npy.ts";

/** Deflate shrinks to a 1032nd at most: an archive that claims more is made to harm. */
const maxRatio = 1032;
const slack = 1 << 16;
const maxArrays = 10_000;

/** An array of a .npz archive, before its values are read. */
export interface NpzArray {
  readonly name: string;
  /** Undefined where its header cannot be read. */
  readonly shape: readonly number[] | undefined;
  /** Such as <f4; "" where its header cannot be read. */
  readonly descr: string;
}

/** Whether a file is a .npz archive by the ending of its name. */
export function isNpz(path: string): boolean {
  return /\.npz$/i.test(path);
}

/**
 * The arrays of a .npz archive, as np.savez and np.savez_compressed write it, in their order.
 *
 * @throws RunError with code "data" if it is no whole zip archive, or holds no arrays
 */
export async function npzArrays(path: string): Promise<NpzArray[]> {
  return withZip(path, async (zip) => {
    const arrays: NpzArray[] = [];
    for (const [name, entry] of await entriesOf(path, zip)) {
      const header = await npyHeader({
        place: placeOf(path, name),
        parts: await zip.openReadStreamPromise(entry),
      });
      arrays.push({ name, shape: header?.shape, descr: header?.descr ?? "" });
    }
    return arrays;
  });
}

/**
 * One array of a .npz archive.
 *
 * @throws RunError with code "data" as of a .npy file, or if there is none of that name
 */
export async function readNpz(
  path: string,
  name: string,
  options: { readonly precision?: "float32" | "float64" } = {},
): Promise<NpyArray> {
  return withZip(path, async (zip) => {
    const entries = await entriesOf(path, zip);
    const entry = entries.get(name);
    if (entry === undefined) {
      const names = [...entries.keys()];
      const advice = didYouMean(name, names) || "Name one of its arrays.";
      throw fileError(path, { expected: `an array "${name}"`, got: names.slice(0, 12).join(", "), advice });
    }
    const parts = await zip.openReadStreamPromise(entry);
    return readNpyBytes({ place: placeOf(path, name), size: entry.uncompressedSize, parts }, options);
  });
}

/**
 * The array of a .npz archive that an option names which may also name a file.
 *
 * @param labels a path, or an array's name that was made one
 * @returns undefined where it names a file
 * @throws RunError with code "data" if the archive has no array of that name either
 */
export async function arrayNamed(path: string | undefined, labels: string): Promise<string | undefined> {
  if (path === undefined || !isNpz(path) || (await exists(labels))) return undefined;
  const name = labels.replace(/^.*[/\\]/, "");
  const arrays = await npzArrays(path);
  if (arrays.some((array) => array.name === name)) return name;
  throw fileError(path, {
    expected: `an array "${name}", or a file ${labels}`,
    got: arraysText(arrays),
    advice:
      didYouMean(
        name,
        arrays.map((array) => array.name),
      ) || "Name one of its arrays.",
  });
}

/** Arrays in a sentence: x (300 x 6 of <f4), y (300 of <i8). */
export function arraysText(arrays: readonly NpzArray[]): string {
  const words = ({ name, shape, descr }: NpzArray): string =>
    shape === undefined
      ? `${name} (not readable)`
      : `${name} (${shape.join(" x ") || "one value"} of ${descr})`;
  return arrays.slice(0, 12).map(words).join(", ") + (arrays.length > 12 ? ", …" : "");
}

function placeOf(path: string, name: string): string {
  return `${path}, array "${name}"`;
}

async function withZip<T>(path: string, work: (zip: ZipFile) => Promise<T>): Promise<T> {
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
    return await work(zip);
  } catch (cause) {
    if (cause instanceof RunError) throw cause;
    const advice = "Save it with np.savez(path, x=x, y=y), or get a fresh copy.";
    throw fileError(path, {
      expected: "a whole .npz archive",
      got: reason(cause).replace(/\.$/, ""),
      advice,
      cause,
    });
  } finally {
    zip?.close();
  }
}

/** The members that are arrays, by their names without .npy. */
async function entriesOf(path: string, zip: ZipFile): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  if (zip.entryCount > maxArrays) {
    throw fileError(path, { expected: `at most ${maxArrays} arrays`, got: String(zip.entryCount) });
  }
  for await (const entry of zip.eachEntry()) {
    const { fileName: name, compressedSize, uncompressedSize } = entry;
    if (!/\.npy$/i.test(name)) continue;
    if (uncompressedSize > compressedSize * maxRatio + slack) {
      const got = `${uncompressedSize} bytes in ${compressedSize}`;
      throw fileError(path, { part: name, expected: "bytes that were packed", got });
    }
    entries.set(name.slice(0, -".npy".length), entry);
  }
  if (entries.size > 0) return entries;
  const advice = "Save it with np.savez(path, x=x, y=y).";
  throw fileError(path, { expected: "arrays", got: "none", advice });
}
