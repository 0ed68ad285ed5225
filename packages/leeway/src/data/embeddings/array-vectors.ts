import type { TextColumn } from "../files/columns.ts";
import { fileError, type Origin } from "../files/file-error.ts";
import { type NpyArray, readNpy } from "./npy.ts";
import { arraysText, isNpz, type NpzArray, npzArrays, readNpz } from "./npz.ts";

/** Vectors of a .npy or .npz file: [rows, size]. */
interface ArrayVectors {
  readonly rows: number;
  readonly size: number;
  readonly values: Float32Array;
}

/** Whether a file holds arrays as NumPy saves them, by the ending of its name. */
export function isArrayFile(path: string): boolean {
  return /\.npy$/i.test(path) || isNpz(path);
}

/**
 * The vectors of a .npy file, or of a .npz archive: the array of that name, by default its only matrix of numbers.
 *
 * @throws RunError with code "data" if they are no matrix of numbers, or more than one could be meant
 */
export async function arrayVectors(path: string, wanted: string | undefined): Promise<ArrayVectors> {
  const name = isNpz(path) ? (wanted ?? onlyMatrix(path, await npzArrays(path)).name) : undefined;
  const { kind, shape, values } = name === undefined ? await readNpy(path) : await readNpz(path, name);
  const [rows = 0, size = 0] = shape;
  if (kind === "number" && shape.length === 2 && rows > 0 && size > 0) {
    return { rows, size, values: values as Float32Array }; // by default numbers are
  }
  const deep =
    shape.length > 2 ? "Save one row an example: x.reshape(len(x), -1)." : "Save one row an example.";
  throw fileError(path, {
    ...(name !== undefined && { part: `array "${name}"` }),
    expected: "a matrix of numbers",
    got: `${kind} of shape (${shape.join(", ")})`,
    advice: deep,
  });
}

/** The rows of {@link arrayVectors} by headers alone; undefined where they do not tell. */
export async function npzRows(path: string, wanted: string | undefined): Promise<number | undefined> {
  try {
    const arrays = await npzArrays(path);
    const array =
      wanted === undefined ? onlyMatrix(path, arrays) : arrays.find(({ name }) => name === wanted);
    return array?.shape?.[0];
  } catch {
    return undefined; // reading the file reports what is wrong with it
  }
}

/**
 * The classes in a .npy file or a .npz archive, one a row.
 *
 * @param name the array of an archive; by default the only one that could be classes
 * @returns null where an archive has none that could be, or more than one
 * @throws RunError with code "data" if they are no list
 */
export async function arrayLabels(
  path: string,
  { name, rows }: { readonly name?: string | undefined; readonly rows: number },
): Promise<TextColumn | null> {
  const inside = isNpz(path) ? (name ?? onlyList(await npzArrays(path), rows)) : undefined;
  if (isNpz(path) && inside === undefined) return null;
  const options = { precision: "float64" } as const;
  const array = inside === undefined ? await readNpy(path, options) : await readNpz(path, inside, options);
  const { shape } = array;
  if (shape.length === 1 || (shape.length === 2 && shape[1] === 1)) return columnOf(array, inside);
  throw fileError(path, {
    ...(inside !== undefined && { part: `array "${inside}"` }),
    expected: "classes in one dimension",
    got: `shape (${shape.join(", ")})`,
    advice: "Save one class a row; of one column a class: np.argmax(y, axis=1).",
  });
}

/** Where row `i`, from 0, of an array stands. */
export function rowsIn(file: string): (i: number) => Origin {
  return (i) => ({ file, row: i + 1 });
}

function columnOf({ values }: NpyArray, name = "labels"): TextColumn {
  const places = new Map<string, number>();
  let missing = 0;
  const codes = Int32Array.from(values as ArrayLike<number | string>, (value) => {
    const text = String(value);
    if (text === "" || text === "NaN") {
      missing++;
      return -1;
    }
    const code = places.get(text) ?? places.size;
    places.set(text, code);
    return code;
  });
  return { kind: "text", name, codes, distinct: [...places.keys()], missing };
}

function onlyMatrix(path: string, arrays: readonly NpzArray[]): NpzArray {
  const all = arrays.filter(({ shape, descr }) => shape?.length === 2 && !/[US]/.test(descr));
  const wide = all.filter(({ shape }) => shape?.[1] !== 1); // one column may be the classes
  const [first, second] = wide.length === 0 ? all : wide;
  if (first !== undefined && second === undefined) return first;
  throw fileError(path, {
    expected: "one matrix of vectors",
    got: arraysText(arrays),
    advice: "Say which array holds the vectors: --vector NAME.",
  });
}

/** What an array of classes is called, in small letters. */
export const arrayLabelNames: readonly string[] = [
  "label",
  "labels",
  "target",
  "targets",
  "class",
  "classes",
  "y",
];

/** The array of classes: the only list of as many as vectors, or the only one of these that is called so. */
function onlyList(arrays: readonly NpzArray[], rows: number): string | undefined {
  const lists = arrays.filter(
    ({ shape }) => shape?.[0] === rows && (shape.length === 1 || (shape.length === 2 && shape[1] === 1)),
  );
  const named = lists.filter(({ name }) => arrayLabelNames.includes(name.toLowerCase()));
  const found = lists.length === 1 ? lists : named;
  return found.length === 1 ? found[0]?.name : undefined;
}
