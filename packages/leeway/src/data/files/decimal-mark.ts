import type { DecimalMark } from "./dialect.ts";
import { type DuckDB, sqlName } from "./duckdb.ts";
import { tableFault } from "./table-error.ts";
import type { TableFiles } from "./table-files.ts";

/** Rows and columns that are looked at. */
const [maxRows, maxColumns] = [200, 400];
const withComma = /^[-+]?(\d{1,3}(\.\d{3})+|\d+),\d+$/;
const withPoint = /^[-+]?\d*\.\d+$/;

/**
 * The decimal mark of a CSV file whose values are not separated by commas: a comma where its numbers are consistent, a
 * column of them has decimal commas and no column has decimal points. Undefined where nothing says so.
 *
 * @throws RunError with code "data" for a line that cannot be read
 */
export async function detectDecimal(
  db: DuckDB,
  { relation, columns, delimiter, paths }: TableFiles,
): Promise<DecimalMark | undefined> {
  if (delimiter === undefined || delimiter === ",") return undefined;
  const some = columns.slice(0, maxColumns).map(({ name }) => sqlName(name));
  const sampled = db.rows(`SELECT ${some.join(", ")} FROM ${relation} LIMIT ${maxRows}`);
  const rows = await sampled.catch((cause: unknown) => {
    throw tableFault(cause, paths);
  });
  let found = false;
  for (const { name } of columns.slice(0, maxColumns)) {
    const values = rows.flatMap((row) => (typeof row[name] === "string" ? [row[name].trim()] : []));
    const commas = values.filter((value) => withComma.test(value)).length;
    const points = values.filter((value) => withPoint.test(value)).length;
    const whole = values.filter((value) => /^[-+]?\d+$/.test(value)).length;
    if (points > 0 && points + whole >= 0.9 * values.length && commas === 0) return undefined;
    // 1,234 may be a thousand.
    found ||=
      values.some((value) => withComma.test(value) && !/,\d{3}$/.test(value)) &&
      commas + whole + points >= 0.9 * values.length;
  }
  return found ? "," : undefined;
}
