import { missingNumbers } from "../../preparation/index.ts";
import { fileError, type Origin, rowError } from "./file-error.ts";
import { type DuckDB, withDuckDB } from "./duckdb.ts";
import {
  columnNamed,
  type ColumnType,
  findTable,
  originsOf,
  type TableColumn,
  type TableFiles,
} from "./table-files.ts";
import { type ColumnBuilder, numberBuilder, textBuilder, vectorBuilder } from "./column-builders.ts";
import { labelSql } from "./labels.ts";
import { tableFault } from "./table-error.ts";
import type { Dialect } from "./dialect.ts";

/** Numbers: NaN where the value is missing. */
export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  /** [N] */
  readonly values: Float32Array;
}

/** Text, each distinct value kept once. */
export interface TextColumn {
  readonly kind: "text";
  readonly name: string;
  /** [N], places in `distinct`; -1 where the value is missing. */
  readonly codes: Int32Array;
  /** In the order of their first appearance. */
  readonly distinct: readonly string[];
  readonly missing: number;
}

/** Lists of numbers, all of one length. */
interface VectorColumn {
  readonly kind: "vector";
  readonly name: string;
  /** D */
  readonly size: number;
  /** [N, D] */
  readonly values: Float32Array;
}

/** A column that was read. */
export type Column = NumberColumn | TextColumn | VectorColumn;

/** Columns of one table. */
export interface Columns {
  /** N */
  readonly rows: number;
  /** By name, in the order requested. */
  readonly columns: ReadonlyMap<string, Column>;
  /** Where row `i`, from 0, stands. */
  readonly origin: (i: number) => Origin;
}

/** How columns are read. */
interface ReadColumnsOptions extends Dialect {
  /** Which, and as what. */
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** What to do about a value that is no number, a sentence. */
  readonly numberAdvice?: string;
}

/** SQL: the same, between commas. */
const missingNumbersSql = missingNumbers.map((sign) => `'${sign}'`).join(", ");

/**
 * Reads columns of CSV, TSV, JSONL, JSON or Parquet files, by their endings: one, several or a pattern.
 *
 * @example
 *     const { rows, columns } = await readColumns("reviews/*.csv", { columns: { text: "text", label: "text" } });
 *     const text = columns.get("text"); // { kind: "text", codes, distinct }
 *
 * @param paths files or patterns; of several files the columns must be the same
 * @throws RunError with code "data" that names file and row: no file, a missing column, a ragged line, a wrong
 *   encoding, a value that is no number where numbers were requested, vectors of several lengths
 */
export async function readColumns(
  paths: string | readonly string[],
  { columns, numberAdvice = mendNumber, ...dialect }: ReadColumnsOptions,
): Promise<Columns> {
  return withDuckDB(async (db) => {
    const files = await findTable(db, paths, dialect);
    try {
      const requested = Object.entries(columns).map(([name, as]) => ({
        column: columnNamed(files, name),
        as,
      }));
      await requireTypes(db, files, { requested, numberAdvice });
      const builders = requested.map(builderOf);
      const rows = await scan(db, files, builders);
      const origin = await originsOf(db, files);
      return {
        rows,
        columns: new Map(builders.map((builder) => [builder.name, builder.finish()])),
        origin,
      };
    } catch (error) {
      throw tableFault(error, files.paths);
    }
  });
}

/** The text of row `i`; undefined where it is missing. */
export function textAt({ codes, distinct }: TextColumn, i: number): string | undefined {
  return distinct[codes[i] ?? -1];
}

interface RequestedColumn {
  readonly column: TableColumn;
  readonly as: ColumnType;
}

/** Numbers with a decimal comma, and points between thousands; as DuckDB's regular expressions are written. */
const commaNumber = "[-+]?(\\d{1,3}(\\.\\d{3})+|\\d*)(,\\d*)?([eE][-+]?\\d+)?";

/** SQL: a text column's number as DOUBLE, by the column's decimal mark; NULL where it holds none. */
export function textNumberSql({ sql, decimal }: Pick<TableColumn, "sql" | "decimal">): string {
  if (decimal === ".") return `try_cast(${sql} AS DOUBLE)`;
  const plain = `replace(replace(trim(${sql}), '.', ''), ',', '.')`;
  return `CASE WHEN regexp_full_match(trim(${sql}), '${commaNumber}') THEN try_cast(${plain} AS DOUBLE) END`;
}

/** SQL: whether a text column's value is there but is no number. */
export function notANumber(column: Pick<TableColumn, "sql" | "decimal">): string {
  const { sql } = column;
  return `(${sql} IS NOT NULL AND trim(${sql}) NOT IN (${missingNumbersSql}) AND (${textNumberSql(column)}) IS NULL)`;
}

/** Refuses columns of another type, and text that is no number where numbers were requested: in one pass over the files. */
async function requireTypes(
  db: DuckDB,
  files: TableFiles,
  {
    requested,
    numberAdvice,
  }: { readonly requested: readonly RequestedColumn[]; readonly numberAdvice: string },
): Promise<void> {
  for (const { column, as } of requested) {
    if (as === "text" || (as === "vector") === (column.type === "vector")) continue;
    throw fileError(files.paths[0], {
      expected: `column "${column.name}" to hold ${as === "vector" ? "lists of numbers" : "numbers"}`,
      got: column.type === "vector" ? "lists" : column.type,
      advice: "Name another column.",
    });
  }
  const texts = requested.filter(({ column, as }) => column.type === "text" && as === "number");
  if (texts.length === 0) return;
  for (let from = 0; from < texts.length; from += columnsAtATime) {
    const some = texts.slice(from, from + columnsAtATime);
    const bad = some.map(({ column }, i) => `bool_or(${notANumber(column)}) AS bad${i}`);
    const [row] = await db.rows(`SELECT ${bad.join(", ")} FROM ${files.relation}`);
    const first = some.find((_, i) => row?.[`bad${i}`] === true);
    if (first === undefined) continue;
    const { where, ...found } = await badNumber(db, files, first.column);
    throw rowError(where, { ...found, advice: numberAdvice });
  }
}

const mendNumber = "Mend it, leave it empty, or read the column as text.";

/** The first value of a column that is no number, and where it stands. */
async function badNumber(db: DuckDB, files: TableFiles, column: TableColumn) {
  const { name, sql } = column;
  const inner = `SELECT ${sql} AS v, row_number() OVER () - 1 AS row, ${notANumber(column)} AS bad FROM ${files.relation}`;
  const found = (
    await db.rows(`SELECT v, row::INT AS row FROM (${inner}) WHERE bad ORDER BY row LIMIT 1`)
  )[0];
  const origin = await originsOf(db, files);
  return {
    where: origin(Number(found?.["row"] ?? 0)),
    expected: `column "${name}" to hold numbers`,
    got: `"${String(found?.["v"])}"`,
  };
}

function builderOf({ column, as }: RequestedColumn): ColumnBuilder {
  const { name, sql, type } = column;
  if (as === "vector") return vectorBuilder(name, sql);
  if (as === "number") return numberBuilder(name, type === "text" ? textNumberSql(column) : sql);
  // Whole numbers as people write them: 5, not 5.0, so that a class has one name in every kind of data.
  return textBuilder(name, type === "vector" ? `CAST(${sql} AS VARCHAR)` : labelSql(column));
}

/** Columns of one query: DuckDB plans in a time that grows with their square. */
const columnsAtATime = 250;

/**
 * Fills the builders in one pass over the files for each few hundred of them, rows in their order.
 *
 * @returns N
 * @throws RunError with code "data" that names file and row of a value that does not fit its column
 */
export async function scan(
  db: DuckDB,
  files: TableFiles,
  builders: readonly ColumnBuilder[],
): Promise<number> {
  let rows = 0;
  for (let from = 0; from < builders.length; from += columnsAtATime) {
    const some = builders.slice(from, from + columnsAtATime);
    const select = some.map(({ sql }, i) => `${sql} AS c${i}`).join(", ");
    rows = 0;
    for await (const chunk of db.chunks(`SELECT ${select} FROM ${files.relation}`)) {
      some.forEach((builder, i) => {
        builder.add(chunk.getColumnVector(i), chunk.rowCount);
      });
      rows += chunk.rowCount;
    }
  }
  for (const builder of builders) {
    const fault = builder.fault();
    if (fault === undefined) continue;
    const origin = await originsOf(db, files);
    const { row, ...mismatch } = fault;
    throw rowError(origin(row), mismatch);
  }
  return rows;
}
