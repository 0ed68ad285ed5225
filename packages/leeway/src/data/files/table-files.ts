import { didYouMean, someOf } from "../../errors.ts";
import type { DecimalMark } from "../../preparation/index.ts";
import { type DuckDB, sqlName } from "./duckdb.ts";
import { columnName, type Dialect } from "./dialect.ts";
import { fileError, type Origin } from "./file-error.ts";
import { type ReadableTable, readableTable } from "./readable-table.ts";
import { originalOf } from "./table-copies.ts";
import { tableFault } from "./table-error.ts";
import { headerAdvice, headerNotes } from "./table-header.ts";
import { expandPaths, type TablePaths } from "./table-paths.ts";
import { fileColumn, oneFormat, relationOf } from "./table-relation.ts";

/** The kinds of table files. Everything that is not the other two is read as CSV. */
type TableFormat = ReadableTable["format"];

/** What a column holds. */
export type ColumnType = "number" | "text" | "vector";

/** A column as the files have it. */
export interface TableColumn {
  readonly name: string;
  /** "text" may hold numbers that nothing says are numbers, as in CSV. */
  readonly type: ColumnType;
  /** Its SQL expression over {@link TableFiles.relation}: DOUBLE, VARCHAR or FLOAT[]; NULL where missing. */
  readonly sql: string;
  /** The mark before the fraction of numbers that a text column holds. */
  readonly decimal: DecimalMark;
  /** Whether each value of a text column is a list of texts, written as "[a, b]". */
  readonly isList?: true;
}

/** One table in one or more files. */
export interface TableFiles {
  readonly format: TableFormat;
  readonly paths: TablePaths;
  /** How they were read, as far as options said. */
  readonly dialect: Dialect;
  /** Of CSV: what stands between values. */
  readonly delimiter: string | undefined;
  /** What may surprise in how they were read, a sentence each. */
  readonly notes: readonly string[];
  /** What stands after FROM. */
  readonly relation: string;
  readonly columns: readonly TableColumn[];
}

const packed = "(\\.(gz|gzip|bz2|bzip2|zip))?$";
const csvName = new RegExp(`\\.(csv|tsv|tab|xlsx|xlsm|arff|zip|gz|bz2)${packed}`, "i");
const jsonName = new RegExp(`\\.(jsonl|ndjson|json)${packed}`, "i");
const parquetName = new RegExp(`\\.(parquet|pq)${packed}`, "i");

/**
 * The format that a path's ending names, `.gz`, `.bz2` and `.zip` left aside; undefined where it names none, as of .txt
 * and .data. Workbooks, ARFF files and what is packed under no other ending become CSV, unless their content says more.
 */
export function tableFormat(path: string): TableFormat | undefined {
  if (csvName.test(path)) return "csv";
  if (jsonName.test(path)) return "jsonl";
  return parquetName.test(path) ? "parquet" : undefined;
}

/**
 * Finds a table's files and what columns they have. A path that is no file may be a pattern with `*`, `?` or `[…]`. What
 * a file is packed as is told by its content; its format by its ending, and where that names none it is CSV.
 *
 * @throws RunError with code "data" if there is no file, they are of several formats or have not the same columns
 */
export async function findTable(
  db: DuckDB,
  requested: string | readonly string[],
  dialect: Dialect = {},
): Promise<TableFiles> {
  const paths = await expandPaths(db, typeof requested === "string" ? [requested] : requested);
  const files: ReadableTable[] = [];
  for (const path of paths) files.push(await readableTable(path, dialect));
  const { format } = oneFormat(files);
  try {
    const relation = relationOf(files);
    const { decimal = "." } = dialect;
    const layout = files[0]?.layout;
    const columns =
      layout !== undefined
        ? layout.names.map((name) => csvColumn(name, decimal))
        : await described(db, { relation, decimal });
    const delimiter = layout?.delimiter;
    return {
      format,
      paths,
      dialect,
      delimiter,
      notes: [...files.flatMap(({ notes }) => notes), ...headerNotes(files[0]!)],
      relation,
      columns,
    };
  } catch (error) {
    throw tableFault(error, paths);
  }
}

/**
 * The column of that name.
 *
 * @throws RunError with code "data" that guesses the nearest name
 */
export function columnNamed({ columns, paths, dialect }: TableFiles, name: string): TableColumn {
  const found = columns.find((column) => column.name === columnName(name, dialect));
  if (found !== undefined) return found;
  const names = columns.map((column) => column.name);
  throw fileError(paths[0], {
    expected: `a column "${name}"`,
    got: `columns ${someOf(names, 12)}`,
    advice:
      dialect.header === false
        ? `Columns without a header have numbers: 1 to ${names.length}.`
        : `${didYouMean(name, names) || "Name one of its columns."}${headerAdvice(names)}`,
  });
}

/** Names in a sentence: "label, target, class or y". */
export function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
}

/**
 * Says where a row of the table, from 0, stands.
 *
 * Rows of several files are counted first, in one pass.
 */
export async function originsOf(db: DuckDB, { paths, relation }: TableFiles): Promise<(i: number) => Origin> {
  const [first] = paths;
  if (paths.length === 1) return (i) => ({ file: first, row: i + 1 });
  const counted = await db.rows(`SELECT ${fileColumn}, count(*)::DOUBLE AS n FROM ${relation} GROUP BY 1`);
  const counts = new Map(counted.map((each) => [originalOf(String(each[fileColumn])), Number(each["n"])]));
  return (i) => {
    let left = i;
    for (const file of paths) {
      const count = counts.get(file) ?? 0;
      if (left < count) return { file, row: left + 1 };
      left -= count;
    }
    return { file: first, row: i + 1 };
  };
}

/** The columns of a relation whose files know their types. */
async function described(
  db: DuckDB,
  { relation, decimal }: { readonly relation: string; readonly decimal: DecimalMark },
): Promise<TableColumn[]> {
  const rows = await db.rows(`DESCRIBE SELECT * FROM ${relation}`);
  const all = rows.map((row) =>
    columnOf(String(row["column_name"]), { type: String(row["column_type"]), decimal }),
  );
  return relation.includes(`filename='${fileColumn}'`) ? all.filter(({ name }) => name !== fileColumn) : all;
}

/** All are text, NULL where nothing stands: planning a query of many columns takes long enough without expressions. */
function csvColumn(name: string, decimal: DecimalMark): TableColumn {
  return { name, type: "text", sql: sqlName(name), decimal };
}

function columnOf(
  name: string,
  { type, decimal }: { readonly type: string; readonly decimal: DecimalMark },
): TableColumn {
  const column = sqlName(name);
  if (isNumber(type)) return { name, type: "number", sql: `CAST(${column} AS DOUBLE)`, decimal };
  const items = /^(.*)\[\d*\]$/.exec(type)?.[1];
  if (items !== undefined && isNumber(items))
    return { name, type: "vector", sql: `CAST(${column} AS FLOAT[])`, decimal };
  const text = type === "JSON" ? `(${column} ->> '$')` : `CAST(${column} AS VARCHAR)`;
  const sql = `nullif(${text}, '')`;
  return { name, type: "text", sql, decimal, ...(items !== undefined && { isList: true }) };
}

function isNumber(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type);
}
