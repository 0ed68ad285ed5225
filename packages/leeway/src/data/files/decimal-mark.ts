import type { DecimalMark } from "../../preparation/index.ts";
import { type DuckDB, sqlName } from "./duckdb.ts";
import { tableFault } from "./table-error.ts";
import type { TableFiles } from "./table-files.ts";

/** Rows and columns that are looked at. */
const [maxRows, maxColumns] = [200, 400];
const withComma = /^[-+]?(\d{1,3}(\.\d{3})+|\d+),\d+$/;
const withPoint = /^[-+]?\d*\.\d+$/;

/**
 * The decimal mark of a CSV file's numbers where they are consistent: a comma where values are not separated by commas, a
 * column has decimal commas and none has decimal points; a point where it is the other way round. Undefined where nothing
 * says so: 1,234 and 1.234 may be thousands.
 *
 * @throws RunError with code "data" for a line that cannot be read
 */
export async function detectDecimal(
  db: DuckDB,
  { relation, columns, delimiter, paths }: TableFiles,
): Promise<DecimalMark | undefined> {
  if (delimiter === undefined) return undefined;
  const some = columns.slice(0, maxColumns).map(({ name }) => sqlName(name));
  const sampled = db.rows(`SELECT ${some.join(", ")} FROM ${relation} LIMIT ${maxRows}`);
  const rows = await sampled.catch((cause: unknown) => {
    throw tableFault(cause, paths);
  });
  const marks = columns.slice(0, maxColumns).flatMap(({ name }) => {
    return markOf(rows.flatMap((row) => (typeof row[name] === "string" ? [row[name].trim()] : []))) ?? [];
  });
  const [first] = marks;
  if (first === undefined || marks.some(({ mark }) => mark !== first.mark)) return undefined;
  if (first.mark === "," && delimiter === ",") return undefined;
  return marks.some(({ isSure }) => isSure) ? first.mark : undefined;
}

/** The mark that (almost) all numbers of a column are written with, and whether one of them cannot be a thousand. */
function markOf(
  values: readonly string[],
): { readonly mark: DecimalMark; readonly isSure: boolean } | undefined {
  const whole = values.filter((value) => /^[-+]?\d+$/.test(value)).length;
  const commas = values.filter((value) => withComma.test(value));
  const points = values.filter((value) => withPoint.test(value) && !withComma.test(value));
  const [mark, found] = commas.length > 0 ? ([",", commas] as const) : ([".", points] as const);
  if (found.length === 0 || commas.length + points.length + whole < 0.9 * values.length) return undefined;
  return { mark, isSure: found.some((value) => !/[.,]\d{3}$/.test(value)) };
}
