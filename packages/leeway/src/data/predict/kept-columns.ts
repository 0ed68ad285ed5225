import { type DuckDB, sqlName } from "../files/duckdb.ts";
import { textBuilder } from "../files/column-builders.ts";
import { scan, textAt, type TextColumn } from "../files/columns.ts";
import { columnNamed, type TableFiles } from "../files/table-files.ts";

/** A column of the input that is passed on beside the predictions. */
export interface KeptColumn {
  readonly name: string;
  /** DuckDB's type of it: VARCHAR for all columns of CSV; JSON for lists and objects. */
  readonly type: string;
  /** [N], as text; null where missing. */
  readonly values: readonly (string | null)[];
}

/** An example's row in the columns of its table. */
export interface KeptRow {
  readonly columns: readonly KeptColumn[];
  readonly row: number;
}

/** Stands for all columns, where none is called so. */
const all = "all";

/**
 * Reads columns as they are, to be passed on.
 *
 * @param keep their names, or "all"; a name with commas may come in parts, as an option has them
 * @throws RunError with code "data" for a column that is not there, with the nearest name
 */
export async function readKept(
  db: DuckDB,
  files: TableFiles,
  keep: readonly string[],
): Promise<readonly KeptColumn[]> {
  const described = await db.rows(`DESCRIBE SELECT * FROM ${files.relation}`);
  const types = new Map(described.map((row) => [String(row["column_name"]), String(row["column_type"])]));
  const known = files.columns.map(({ name }) => name);
  const names =
    keep.length === 1 && keep[0] === all && !known.includes(all) ? known : namesAmong(keep, files);
  const columns = [...new Set(names)].map((name) => ({ name, ...passedOn(name, types.get(name) ?? "") }));
  const builders = columns.map(({ name, sql }) => textBuilder(name, sql));
  const rows = await scan(db, files, builders);
  return builders.map((builder, i) => {
    const text = builder.finish() as TextColumn; // a text builder's
    const values = Array.from({ length: rows }, (_, row) => textAt(text, row) ?? null);
    return { name: builder.name, type: columns[i]!.type, values }; // a builder a column
  });
}

/**
 * The columns of examples from one table or several; where the first has none, they are undefined.
 *
 * @param rows of each example; undefined for one that is no row of a table
 */
export function keptOf(rows: readonly (KeptRow | undefined)[]): readonly KeptColumn[] | undefined {
  const known = rows.filter((row) => row !== undefined);
  const [first] = known;
  if (first === undefined || known.length < rows.length) return undefined;
  return first.columns.map(({ name, type }) => {
    const found = known.map(({ columns, row }) => ({
      row,
      column: columns.find((each) => each.name === name),
    }));
    const oneType = found.every(({ column }) => column?.type === type);
    const values = found.map(({ column, row }) => column?.values[row] ?? null);
    return { name, type: oneType ? type : "VARCHAR", values };
  });
}

/** How a column becomes text, and the type that the text can be read as again. */
function passedOn(name: string, type: string): { readonly sql: string; readonly type: string } {
  const column = sqlName(name);
  if (/\[\d*\]$|^(STRUCT|MAP|UNION|JSON)/.test(type)) {
    return { sql: `CAST(to_json(${column}) AS VARCHAR)`, type: "JSON" };
  }
  const plain =
    /^(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\)|DATE|TIME|TIMESTAMP|UUID)$/;
  return { sql: `CAST(${column} AS VARCHAR)`, type: plain.test(type) ? type : "VARCHAR" };
}

/** Columns by their names, the longest first that the next parts make with commas between them. */
function namesAmong(parts: readonly string[], files: TableFiles): string[] {
  const known = new Set(files.columns.map(({ name }) => name));
  const names: string[] = [];
  for (let from = 0; from < parts.length;) {
    let end = parts.length;
    while (end > from + 1 && !known.has(parts.slice(from, end).join(","))) end--;
    names.push(columnNamed(files, parts.slice(from, end).join(",")).name);
    from = end;
  }
  return names;
}
