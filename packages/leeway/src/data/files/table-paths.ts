import { stat } from "node:fs/promises";
import { type DuckDB, sqlText } from "./duckdb.ts";
import { fileError, missingPaths } from "./file-error.ts";

/** The files of a table, at least one. */
export type TablePaths = readonly [string, ...string[]];

/** The files that fit a pattern with `*`, `?` or `[…]`, by their names. */
export async function filesFitting(db: DuckDB, pattern: string): Promise<string[]> {
  const files = await db.rows(`SELECT file FROM glob(${sqlText(pattern)}) ORDER BY file`);
  return files.map(({ file }) => String(file));
}

/**
 * The files that paths name: files, or patterns with `*`, `?` or `[…]`.
 *
 * @throws RunError with code "data" for a folder, or paths at which nothing is
 */
export async function expandPaths(db: DuckDB, requested: readonly string[]): Promise<TablePaths> {
  const found: string[] = [];
  const missing: string[] = [];
  for (const path of requested) {
    const there = await stat(path).catch(() => undefined);
    if (there?.isFile()) found.push(path);
    else if (there?.isDirectory()) {
      const advice = `Name its files, or a pattern such as "${path.replace(/\/+$/, "")}/*.csv".`;
      throw fileError(path, { expected: "a table file", got: "a folder", advice });
    } else {
      const files = await filesFitting(db, path);
      if (files.length === 0) missing.push(path);
      found.push(...files);
    }
  }
  if (missing.length > 0) throw missingPaths(missing, { expected: "a table file", of: requested.length });
  const [first, ...more] = found;
  if (first === undefined) throw fileError("table", { expected: "a file", got: "none", advice: "Name one." });
  return [first, ...more];
}
