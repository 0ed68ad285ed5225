import { withDuckDB } from "./duckdb.ts";
import { npyShape } from "../embeddings/npy.ts";
import { safetensorsRows } from "../embeddings/safetensors-rows.ts";
import { tableFault } from "./table-error.ts";
import { encodingOf } from "../tables/table-options.ts";
import { findTable, tableFormat } from "./table-files.ts";

/**
 * The rows of a table, a .npy or a safetensors file, without reading their values; undefined for other files.
 *
 * @param vector which matrix of a safetensors file
 * @throws RunError with code "data" if a table cannot be read
 */
export async function countRows(
  paths: readonly string[],
  { encoding, vector }: { readonly encoding?: string | undefined; readonly vector?: string | undefined } = {},
): Promise<number | undefined> {
  const [path = ""] = paths;
  if (/\.npy$/i.test(path)) return (await npyShape(path))?.[0];
  if (/\.safetensors$/i.test(path)) return safetensorsRows(path, vector);
  if (tableFormat(path.replace(/[*?]$/, "")) === undefined) return undefined;
  return withDuckDB(async (db) => {
    const { relation, paths: found } = await findTable(db, paths, { encoding: encodingOf(encoding) });
    try {
      const [row] = await db.rows(`SELECT count(*)::DOUBLE AS n FROM ${relation}`);
      return Number(row?.["n"] ?? 0);
    } catch (error) {
      throw tableFault(error, found);
    }
  });
}
