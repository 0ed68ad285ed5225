import { readFile } from "node:fs/promises";
import { decodeSafetensors, scope, type Tensor } from "@leeway/torch";
import { didYouMean } from "../../errors.ts";
import { readable } from "../files/bounded-read.ts";
import { readColumns, type TextColumn } from "../files/columns.ts";
import type { Dialect } from "../files/dialect.ts";
import { withDuckDB } from "../files/duckdb.ts";
import { fileError, type Origin, rowError } from "../files/file-error.ts";
import { labelColumn } from "../files/labels.ts";
import { columnNamed, findTable, type TableFiles } from "../files/table-files.ts";
import type { BackboneSteps } from "../../preparation/index.ts";
import { arrayLabelNames, arrayLabels, arrayVectors, isArrayFile, rowsIn } from "./array-vectors.ts";
import { backboneIn, labelsIn } from "./features-file.ts";
import { isNpz } from "./npz.ts";

/** Vectors [N, D] as they were read, with their classes where the same file has them. */
export interface Vectors {
  /** N */
  readonly rows: number;
  /** D */
  readonly size: number;
  /** [N, D] */
  readonly values: Float32Array;
  readonly labels: TextColumn | null;
  /** What made them of images or texts, where the file says so. */
  readonly backbone?: BackboneSteps | undefined;
  /** Where row `i`, from 0, stands. */
  readonly origin: (i: number) => Origin;
  /** What may surprise in how a table was read. */
  readonly notes: readonly string[];
}

/** The classes of vectors. */
export interface LabelColumn extends Pick<Vectors, "origin" | "notes"> {
  readonly labels: TextColumn;
}

/** Which vectors are read. */
interface VectorOptions {
  /** The column of vectors, or the tensor. */
  readonly vector?: string | undefined;
  /** The column of classes, by default guessed; null where classes are elsewhere or there are none. */
  readonly label?: string | null | undefined;
  /** How a table is written. */
  readonly dialect?: Dialect | undefined;
  /** Columns of a table that are not numbers of the vectors. */
  readonly without?: readonly string[] | undefined;
}

/**
 * Reads vectors: a .npy or .npz matrix, a safetensors matrix, or a table with a column of lists or with many of numbers.
 *
 * @throws RunError with code "data" that names file and row: no matrix, a value that is not finite
 */
export async function readVectors(paths: readonly string[], options: VectorOptions = {}): Promise<Vectors> {
  const [path] = paths;
  const single = paths.length === 1 && path !== undefined;
  const several = single ? undefined : paths.find((each) => isArrayFile(each) || isSafetensors(each));
  if (several !== undefined) {
    const advice = "Join them: np.save(path, np.concatenate([a, b])).";
    throw fileError(several, { expected: "one file of vectors", got: `one of ${paths.length}`, advice });
  }
  const read =
    single && isArrayFile(path)
      ? await vectorsOfArray(path, options)
      : single && isSafetensors(path)
        ? await safetensorsVectors(path, options)
        : await tableVectors(paths, options);
  requireFinite(read);
  return read;
}

function isSafetensors(path: string): boolean {
  return /\.safetensors$/i.test(path);
}

async function vectorsOfArray(path: string, { vector, label }: VectorOptions): Promise<Vectors> {
  const read = await arrayVectors(path, vector);
  const labels = label === null || !isNpz(path) ? null : await arrayLabels(path, { rows: read.rows });
  return { ...read, labels, origin: rowsIn(path), notes: [] };
}

async function safetensorsVectors(path: string, { vector: wanted, label }: VectorOptions): Promise<Vectors> {
  const bytes = await readable(path, readFile(path));
  return scope(() => {
    const { tensors, metadata } = decoded(path, bytes);
    const matrices = Object.keys(tensors).filter((name) => tensors[name]?.shape.length === 2);
    const name = wanted ?? (matrices.length === 1 ? matrices[0] : undefined);
    const tensor = name === undefined ? undefined : tensors[name];
    if (tensor === undefined || name === undefined) {
      const expected = wanted === undefined ? "one matrix" : `a tensor "${wanted}"`;
      const advice =
        wanted === undefined ? "Say which with --vector." : didYouMean(wanted, Object.keys(tensors));
      throw fileError(path, {
        expected,
        got: Object.keys(tensors).slice(0, 12).join(", ") || "none",
        advice,
      });
    }
    const [rows = 0, size = 0] = tensor.shape;
    if (tensor.shape.length !== 2 || rows * size === 0) {
      throw fileError(path, {
        expected: `tensor "${name}" to be a matrix`,
        got: `shape [${tensor.shape.join(", ")}]`,
        advice: "Save one row an example.",
      });
    }
    const values = tensor.to({ dtype: "float32" }).contiguous("contiguous").data() as Float32Array; // float32 now
    const found = label === null ? undefined : labelTensor(tensors, rows);
    const labels =
      found && labelsIn(found.tensor.data() as BigInt64Array | Int32Array, { ...found, metadata, path });
    const backbone = backboneIn(metadata, path);
    return {
      rows,
      size,
      values: values.slice(),
      labels: labels ?? null,
      backbone,
      origin: rowsIn(path),
      notes: [],
    };
  });
}

/** The tensor of classes: the only list of whole numbers, as many as rows, that is called so. */
function labelTensor(
  tensors: Readonly<Record<string, Tensor>>,
  rows: number,
): { readonly name: string; readonly tensor: Tensor } | undefined {
  const lists = Object.entries(tensors).filter(
    ([name, { dtype, shape }]) =>
      arrayLabelNames.includes(name.toLowerCase()) &&
      (dtype === "int64" || dtype === "int32") &&
      shape.length === 1 &&
      shape[0] === rows,
  );
  const [found] = lists;
  return lists.length === 1 && found !== undefined ? { name: found[0], tensor: found[1] } : undefined;
}

function decoded(path: string, bytes: Uint8Array): ReturnType<typeof decodeSafetensors> {
  try {
    return decodeSafetensors(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw fileError(path, {
      expected: "a whole safetensors file",
      got: `one with a fault (${cause.message})`,
      cause,
    });
  }
}

async function tableVectors(
  paths: readonly string[],
  { vector, label, dialect = {}, without = [] }: VectorOptions,
): Promise<Vectors> {
  const layout = await withDuckDB(async (db) => {
    const files = await findTable(db, paths, dialect);
    const labels = label === null ? null : labelColumn(files, label).name;
    return { labels, vectors: vectorColumns(files, vector, [labels ?? "", ...without]), notes: files.notes };
  });
  const requested = Object.fromEntries(layout.vectors.map(({ name, as }) => [name, as]));
  const { rows, columns, origin } = await readColumns(paths, {
    columns: { ...requested, ...(layout.labels !== null && { [layout.labels]: "text" as const }) },
    ...dialect,
  });
  if (rows === 0)
    throw fileError(paths[0] ?? "table", { expected: "vectors", got: "none", advice: "Add rows." });
  const { notes } = layout;
  const labels = layout.labels === null ? null : (columns.get(layout.labels) as TextColumn); // requested as text
  const parts = layout.vectors.map(({ name }) => columns.get(name)!); // all were requested
  const [first] = parts;
  if (first?.kind === "vector")
    return { rows, size: first.size, values: first.values, labels, origin, notes };
  const values = new Float32Array(rows * parts.length);
  parts.forEach((part, d) => {
    if (part.kind !== "number") return;
    for (let i = 0; i < rows; i++) values[i * parts.length + d] = part.values[i]!;
  });
  return { rows, size: parts.length, values, labels, origin, notes };
}

interface VectorPart {
  readonly name: string;
  readonly as: "vector" | "number";
}

/** The column of lists, or all columns of numbers but the classes and what is beside them. */
function vectorColumns(
  files: TableFiles,
  wanted: string | undefined,
  without: readonly string[],
): VectorPart[] {
  const lists = files.columns.filter(({ type }) => type === "vector");
  if (wanted !== undefined) return [{ name: columnNamed(files, wanted).name, as: "vector" }];
  if (lists.length === 1) return [{ name: lists[0]!.name, as: "vector" }]; // there is one
  const isCsv = files.format === "csv";
  const numbers = files.columns.filter(
    ({ name, type }) => !without.includes(name) && (type === "number" || isCsv),
  );
  if (lists.length === 0 && numbers.length > 0) return numbers.map(({ name }) => ({ name, as: "number" }));
  throw fileError(files.paths[0], {
    expected: "one column of vectors, or columns of numbers",
    got: files.columns
      .map(({ name }) => name)
      .slice(0, 20)
      .join(", "),
    advice: "Say which column holds the vectors: --vector COLUMN.",
  });
}

/** How classes are read from a file of their own. */
interface LabelOptions {
  /** How many there must be. */
  readonly rows: number;
  /** The column of a table. */
  readonly label?: string | undefined;
  /** The array of a .npz archive, by default the only one that could be classes. */
  readonly array?: string | undefined;
  readonly dialect?: Dialect | undefined;
}

/**
 * Reads the classes of embeddings from a file of their own: a .npy or .npz of whole numbers or text,
 * or a column of a table.
 *
 * @throws RunError with code "data" if there are not as many as vectors
 */
export async function readLabels(path: string, options: LabelOptions): Promise<LabelColumn> {
  const { rows, label, dialect = {} } = options;
  const read = isArrayFile(path)
    ? await labelsOfArray(path, options)
    : await tableLabels(path, { label, dialect });
  if (read.labels.codes.length === rows) return read;
  throw fileError(path, {
    expected: `${rows} classes, one for each vector`,
    got: String(read.labels.codes.length),
    advice: "Check that both files are of the same data.",
  });
}

async function labelsOfArray(path: string, { rows, array }: LabelOptions): Promise<LabelColumn> {
  const labels = await arrayLabels(path, { name: array, rows });
  if (labels !== null) return { labels, origin: rowsIn(path), notes: [] };
  throw fileError(path, {
    expected: `one array of ${rows} classes`,
    got: "none, or several",
    advice: "Name it with --labels, or save it alone as .npy.",
  });
}

async function tableLabels(
  path: string,
  { label, dialect }: { readonly label: string | undefined; readonly dialect: Dialect },
): Promise<LabelColumn> {
  const { column, notes } = await withDuckDB(async (db) => {
    const files = await findTable(db, path, dialect);
    const only = files.columns.length === 1 ? files.columns[0]?.name : undefined;
    return { column: labelColumn(files, label ?? only).name, notes: files.notes };
  });
  const { columns, origin } = await readColumns(path, { columns: { [column]: "text" }, ...dialect });
  return { labels: columns.get(column) as TextColumn, origin, notes }; // requested as text
}

function requireFinite({ values, size, origin }: Vectors): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]!)) continue;
    const row = Math.floor(i / size);
    const advice = "Take the row out, or mend what made it.";
    throw rowError(origin(row), {
      expected: `a finite number in dimension ${i % size}`,
      got: String(values[i]),
      advice,
    });
  }
}
