import { firstBytes, isFolder } from "../files/bounded-read.ts";
import { npzRows } from "../embeddings/array-vectors.ts";
import { npyShape } from "../embeddings/npy.ts";
import { withDuckDB } from "../files/duckdb.ts";
import { type Dialect, parseDialect } from "../files/dialect.ts";
import { tableFault } from "../files/table-error.ts";
import { partsOf } from "./split-folders.ts";
import { findTable } from "../files/table-files.ts";
import { isImageName } from "../images/decode.ts";
import { filesBelow } from "../files/files-below.ts";
import { textsAmong } from "../text/text-files.ts";
import type { CustomData } from "../../catalogue/index.ts";

/**
 * How many training examples custom data has, what will be held out of them included: rows of a table, or files of a
 * folder. None is read. Undefined where only reading tells.
 *
 * @throws RunError with code "data" if a table cannot be read
 */
export async function countExamples(data: CustomData): Promise<number | undefined> {
  const { kind, paths, options = {} } = data;
  const [path = ""] = paths;
  if (!(await isFolder(path))) {
    const text = (option: unknown): string | undefined => (typeof option === "string" ? option : undefined);
    return countRows(paths, { dialect: parseDialect(options), vector: text(options.vector) });
  }
  const { files } = await filesBelow(path, (await partsOf(data)).train);
  return kind === "text" ? textsAmong(files).length : files.filter(isImageName).length;
}

/** The rows of a table, a .npy, .npz or safetensors file, without reading their values; undefined for other files. */
async function countRows(
  paths: readonly string[],
  { dialect, vector }: { readonly dialect: Dialect; readonly vector?: string | undefined },
): Promise<number | undefined> {
  const [path = ""] = paths;
  if (/\.npy$/i.test(path)) return (await npyShape(path))?.[0];
  if (/\.npz$/i.test(path)) return npzRows(path, vector);
  if (/\.safetensors$/i.test(path)) return safetensorsRows(path, vector);
  return withDuckDB(async (db) => {
    const { relation, paths: found } = await findTable(db, paths, dialect);
    try {
      const [row] = await db.rows(`SELECT count(*)::DOUBLE AS n FROM ${relation}`);
      return Number(row?.["n"] ?? 0);
    } catch (error) {
      throw tableFault(error, found);
    }
  });
}

/** The limit that the format of safetensors sets its header. */
const maxHeaderBytes = 100_000_000;

/**
 * The rows of a matrix in a safetensors file, read from its header alone; undefined where that does not tell them:
 * reading the file reports what is wrong with it.
 *
 * @param wanted the matrix's name; by default the only one
 * @source the format's description, https://github.com/huggingface/safetensors
 */
async function safetensorsRows(path: string, wanted?: string): Promise<number | undefined> {
  try {
    const shapes = shapesIn(await headerOf(path));
    const matrices = shapes.filter(({ name, shape }) => shape.length === 2 && (wanted ?? name) === name);
    return matrices.length === 1 ? matrices[0]?.shape[0] : undefined;
  } catch {
    return undefined;
  }
}

async function headerOf(path: string): Promise<unknown> {
  const size = Number((await firstBytes(path, 8)).readBigUInt64LE());
  const header = await firstBytes(path, 8 + Math.min(maxHeaderBytes, size));
  return JSON.parse(header.toString("utf8", 8));
}

function shapesIn(header: unknown): { readonly name: string; readonly shape: readonly number[] }[] {
  return Object.entries(header as Record<string, { shape?: unknown }>).flatMap(([name, { shape }]) =>
    Array.isArray(shape) && shape.every((each) => Number.isSafeInteger(each))
      ? [{ name, shape: shape as number[] }]
      : [],
  );
}
