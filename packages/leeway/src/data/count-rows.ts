import { withDuckDB } from "./duckdb.ts";
import { npyShape } from "./embeddings/npy.ts";
import { tableFault } from "./table-error.ts";
import { encodingOf } from "./tables/table-options.ts";
import { findTable, tableFormat } from "./table-files.ts";

/**
 * The rows of a table or a .npy file, without reading their values; undefined for other files.
 *
 * @throws RunError with code "data" if a table cannot be read
 */
export async function countRows(
  paths: readonly string[],
  { encoding }: { readonly encoding?: string | undefined } = {},
): Promise<number | undefined> {
  const [path = ""] = paths;
  if (/\.npy$/i.test(path)) return (await npyShape(path))?.[0];
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
