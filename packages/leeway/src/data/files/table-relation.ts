import { sqlText } from "./duckdb.ts";
import { fileError } from "./file-error.ts";
import type { ReadableTable } from "./readable-table.ts";
import { requireSameHeader } from "./table-header.ts";

/** The column of a relation that names the file of a row, where there are several. */
export const fileColumn = "leeway_file";

/**
 * A file that has the format of all.
 *
 * @throws RunError with code "data" for one of another format
 */
export function oneFormat(files: readonly ReadableTable[]): ReadableTable {
  const [first, ...more] = files;
  const other = more.find(({ format }) => format !== first!.format); // there is at least one file
  if (other === undefined) return first!;
  throw fileError(other.path, {
    expected: `${first!.format}, as ${first!.path}`,
    got: other.format,
    advice: "Read them as two tables, or convert one.",
  });
}

/**
 * SQL, what stands after FROM: all rows of files. Those that are laid out alike are read together, others one after the
 * other.
 *
 * @throws RunError with code "data" for a CSV file with other columns
 */
export function relationOf(files: readonly ReadableTable[]): string {
  const [first] = files;
  if (first?.layout !== undefined) {
    const { path, layout } = first;
    for (const file of files) requireSameHeader(file.path, file.layout!, { path, names: layout.names }); // all are CSV
  }
  const groups: ReadableTable[][] = [];
  for (const file of files) {
    const group = groups.at(-1);
    if (group !== undefined && String(readerOf(group[0]!)) === String(readerOf(file))) group.push(file);
    else groups.push([file]);
  }
  const named = files.length > 1 ? `, filename='${fileColumn}'` : "";
  const relations = groups.map((group) => {
    const [name, options] = readerOf(group[0]!); // a group has a file
    return `${name}([${group.map(({ source }) => sqlText(literal(source))).join(", ")}]${options}${named})`;
  });
  if (relations.length === 1) return relations[0]!; // there is one
  return `(${relations.map((relation) => `SELECT * FROM ${relation}`).join(" UNION ALL ")})`;
}

function readerOf({ format, layout, path, isGzip }: ReadableTable): readonly [string, string] {
  if (format === "parquet") return ["read_parquet", ""];
  const compression = `compression='${isGzip ? "gzip" : layout === undefined ? "uncompressed" : "none"}'`;
  if (layout === undefined) {
    const lines = /\.(jsonl|ndjson)(\.\w+)?$/i.test(path) ? "newline_delimited" : "auto";
    // Texts stay as they are written: DuckDB would read 31-12-2024 as a date, and write it 2024-12-31.
    const asWritten = "dateformat='%%', timestampformat='%%'";
    const options = `format='${lines}', sample_size=-1, maximum_object_size=67108864, ${asWritten}`;
    return ["read_json", `, ${options}, ${compression}`];
  }
  const { names, header, skip, delimiter, quote } = layout;
  // Nothing is left to detection, which skips lines that do not fit and reads 007 as 7: all columns are text here.
  const columns = names.map((name) => `${sqlText(name)}: 'VARCHAR'`).join(", ");
  const options =
    `auto_detect=false, header=${header}, skip=${skip}, columns={${columns}}, delim=${sqlText(delimiter)}, ` +
    `quote=${sqlText(quote)}, escape=${sqlText(quote)}, encoding='utf-8', max_line_size=16777216, buffer_size=33554432, ${compression}`;
  return ["read_csv", `, ${options}`];
}

/** A path that DuckDB takes as it is, whatever of `*?[` stands in it. */
function literal(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}
