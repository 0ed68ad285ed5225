import { stat } from "node:fs/promises";
import { didYouMean } from "../../errors.ts";
import { type DuckDB, sqlName, sqlText } from "./duckdb.ts";
import type { Encoding } from "./encoding.ts";
import { fileError, type Origin } from "./file-error.ts";
import { tableFault } from "./table-error.ts";
import { headerAdvice, readHeader, requireSameHeader } from "./table-header.ts";

/** The column of {@link TableFiles.relation} that names the file of a row, where there are several. */
const fileColumn = "leeway_file";

/** The kinds of table files, by their endings. */
type TableFormat = "csv" | "jsonl" | "parquet";

/** What a column holds. */
export type ColumnType = "number" | "text" | "vector";

/** A column as the files have it. */
export interface TableColumn {
  readonly name: string;
  /** "text" may hold numbers that nothing says are numbers, as in CSV. */
  readonly type: ColumnType;
  /** Its SQL expression over {@link TableFiles.relation}: DOUBLE, VARCHAR or FLOAT[]; NULL where missing. */
  readonly sql: string;
}

/** The files of a table, at least one. */
export type TablePaths = readonly [string, ...string[]];

/** One table in one or more files. */
export interface TableFiles {
  readonly format: TableFormat;
  readonly paths: TablePaths;
  /** What stands after FROM. */
  readonly relation: string;
  readonly columns: readonly TableColumn[];
}

/** The format that a path's ending names, `.gz` left aside; undefined where it names none. */
export function tableFormat(path: string): TableFormat | undefined {
  if (/\.(csv|tsv)(\.gz)?$/i.test(path)) return "csv";
  if (/\.(jsonl|ndjson|json)(\.gz)?$/i.test(path)) return "jsonl";
  return /\.(parquet|pq)$/i.test(path) ? "parquet" : undefined;
}

/**
 * Finds a table's files and what columns they have. A path that is no file may be a pattern with `*`, `?` or `[…]`.
 *
 * @throws RunError with code "data" if there is no file, they are of several formats or have not the same columns
 */
export async function findTable(
  db: DuckDB,
  requested: string | readonly string[],
  { encoding }: { encoding?: Encoding | undefined } = {},
): Promise<TableFiles> {
  const paths = await expandPaths(db, typeof requested === "string" ? [requested] : requested);
  const format = oneFormat(paths);
  try {
    const relation = await relationOf(format, paths, encoding);
    const described = await db.rows(`DESCRIBE SELECT * FROM ${relation}`);
    const columns = described
      .map((row) => columnOf(String(row["column_name"]), String(row["column_type"])))
      .filter(({ name }) => paths.length === 1 || name !== fileColumn);
    return { format, paths, relation, columns };
  } catch (error) {
    throw tableFault(error, paths);
  }
}

/**
 * The column of that name.
 *
 * @throws RunError with code "data" that guesses the nearest name
 */
export function columnNamed({ columns, paths }: TableFiles, name: string): TableColumn {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const names = columns.map((column) => column.name);
  const shown = names.length > 12 ? `${names.slice(0, 12).join(", ")}, …` : names.join(", ");
  throw fileError(paths[0], {
    expected: `a column "${name}"`,
    got: `columns ${shown}`,
    advice: `${didYouMean(name, names) || "Name one of its columns."}${headerAdvice(names)}`,
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
  const counts = new Map(counted.map((each) => [String(each[fileColumn]), Number(each["n"])]));
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

/** The files that fit a pattern with `*`, `?` or `[…]`, by their names. */
export async function filesFitting(db: DuckDB, pattern: string): Promise<string[]> {
  const files = await db.rows(`SELECT file FROM glob(${sqlText(pattern)}) ORDER BY file`);
  return files.map(({ file }) => String(file));
}

async function expandPaths(db: DuckDB, requested: readonly string[]): Promise<TablePaths> {
  const found: string[] = [];
  for (const path of requested) {
    const there = await stat(path).catch(() => undefined);
    if (there?.isFile()) found.push(path);
    else if (there?.isDirectory()) {
      const advice = `Name its files, or a pattern such as "${path.replace(/\/+$/, "")}/*.csv".`;
      throw fileError(path, { expected: "a table file", got: "a folder", advice });
    } else {
      const files = await filesFitting(db, path);
      if (files.length === 0) {
        const got = /[*?[]/.test(path) ? "a pattern that fits none" : "no such file";
        throw fileError(path, { expected: "a table file", got, advice: "Check the path." });
      }
      found.push(...files);
    }
  }
  const [first, ...more] = found;
  if (first === undefined) throw fileError("table", { expected: "a file", got: "none", advice: "Name one." });
  return [first, ...more];
}

function oneFormat(paths: TablePaths): TableFormat {
  const formats = paths.map((path) => {
    const format = tableFormat(path);
    if (format !== undefined) return format;
    const expected = "a file that ends in .csv, .tsv, .jsonl, .ndjson, .json or .parquet (.gz after text)";
    throw fileError(path, { expected, got: "another ending", advice: "Rename it to what it is." });
  });
  const other = formats.findIndex((format) => format !== formats[0]);
  if (other !== -1) {
    const advice = "Read them as two tables, or convert one.";
    throw fileError(paths[other]!, {
      expected: `${formats[0]!}, as ${paths[0]}`,
      got: formats[other]!,
      advice,
    }); // other is one of them
  }
  return formats[0]!; // there is at least one path
}

async function relationOf(
  format: TableFormat,
  paths: TablePaths,
  encoding: Encoding | undefined,
): Promise<string> {
  if (format !== "csv" && encoding !== undefined && encoding !== "utf-8") {
    const advice = "Leave --encoding out; save the file as UTF-8 if it is not.";
    throw fileError(paths[0], { expected: `UTF-8, as ${format} always is`, got: encoding, advice });
  }
  const files = `[${paths.map((path) => sqlText(literal(path))).join(", ")}]`;
  const named = paths.length > 1 ? `, filename='${fileColumn}'` : "";
  if (format === "parquet") return `read_parquet(${files}${named})`;
  if (format === "jsonl") {
    const lines = paths.some((path) => /\.json(\.gz)?$/i.test(path)) ? "auto" : "newline_delimited";
    return `read_json(${files}, format='${lines}', sample_size=-1, maximum_object_size=67108864${named})`;
  }
  const headers = await Promise.all(paths.map((path) => readHeader(path, { encoding })));
  const first = { path: paths[0], header: headers[0]! }; // there is at least one path
  headers.forEach((header, i) => {
    requireSameHeader(paths[i]!, header, first);
  });
  const { names, delimiter, encoding: used } = first.header;
  // Nothing is left to detection, which skips lines that do not fit and reads 007 as 7: all columns are text here.
  const columns = names.map((name) => `${sqlText(name)}: 'VARCHAR'`).join(", ");
  return (
    `read_csv(${files}, auto_detect=false, header=true, columns={${columns}}, delim=${sqlText(delimiter)}, ` +
    `quote='"', escape='"', encoding='${used}', max_line_size=16777216${named})`
  );
}

/** A path that DuckDB takes as it is, whatever of `*?[` stands in it. */
function literal(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

function columnOf(name: string, type: string): TableColumn {
  const column = sqlName(name);
  if (isNumber(type)) return { name, type: "number", sql: `CAST(${column} AS DOUBLE)` };
  const items = /^(.*)\[\d*\]$/.exec(type)?.[1];
  if (items !== undefined && isNumber(items))
    return { name, type: "vector", sql: `CAST(${column} AS FLOAT[])` };
  const text = type === "JSON" ? `(${column} ->> '$')` : `CAST(${column} AS VARCHAR)`;
  return { name, type: "text", sql: `nullif(${text}, '')` };
}

function isNumber(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type);
}
