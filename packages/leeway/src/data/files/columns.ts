import type { DuckDBDataChunk } from "@duckdb/node-api";
import { fileError, type Origin, rowError } from "./file-error.ts";
import { type DuckDB, type DuckDBOptions, withDuckDB } from "./duckdb.ts";
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
import type { Encoding } from "./encoding.ts";

/** Numbers: NaN where the value is missing. */
export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  /** [N] */
  readonly values: Float32Array | Float64Array;
  readonly missing: number;
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
export interface VectorColumn {
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
export interface ReadColumnsOptions extends DuckDBOptions {
  /**
   * Which, and as what. "auto": numbers where the file says so or every value that is there is one, else text.
   * By default all columns, each "auto".
   */
  readonly columns?: readonly string[] | Readonly<Record<string, ColumnType | "auto">>;
  /** Of numbers; float32 halves the memory. */
  readonly precision?: "float32" | "float64";
  /** Of CSV and TSV; UTF-16 is noticed by its mark. */
  readonly encoding?: Encoding | undefined;
}

/** What stands for a missing number in text. */
const missingNumbers = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", "-"] as const;

/** SQL: the same, between commas. */
export const missingNumbersSql = missingNumbers.map((sign) => `'${sign}'`).join(", ");

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
  options: ReadColumnsOptions = {},
): Promise<Columns> {
  const { columns, precision = "float64", encoding, threads } = options;
  return withDuckDB(
    async (db) => {
      const files = await findTable(db, paths, { encoding });
      try {
        const requested = requestedTypes(files, columns);
        const types = await settledTypes(db, files, requested);
        const builders = requested.map(({ column }, i) => builderOf(column, types[i]!, precision)); // as many as requested
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
    },
    { threads },
  );
}

/** The text of row `i`; undefined where it is missing. */
export function textAt({ codes, distinct }: TextColumn, i: number): string | undefined {
  return distinct[codes[i] ?? -1];
}

interface RequestedColumn {
  readonly column: TableColumn;
  readonly as: ColumnType | "auto";
}

function requestedTypes(files: TableFiles, requested: ReadColumnsOptions["columns"]): RequestedColumn[] {
  if (requested === undefined) return files.columns.map((column) => ({ column, as: "auto" }));
  const pairs: [string, ColumnType | "auto"][] = isList(requested)
    ? requested.map((name) => [name, "auto"])
    : Object.entries(requested);
  return pairs.map(([name, as]) => ({ column: columnNamed(files, name), as }));
}

function isList(requested: NonNullable<ReadColumnsOptions["columns"]>): requested is readonly string[] {
  return Array.isArray(requested);
}

/** SQL: whether a text value is there but is no number. */
export function notANumber(sql: string): string {
  return `(${sql} IS NOT NULL AND trim(${sql}) NOT IN (${missingNumbersSql}) AND try_cast(${sql} AS DOUBLE) IS NULL)`;
}

/** What each column is read as: text that holds only numbers is numbers; looked at in one pass over the files. */
async function settledTypes(
  db: DuckDB,
  files: TableFiles,
  requested: readonly RequestedColumn[],
): Promise<ColumnType[]> {
  const open = requested.filter(
    ({ column, as }) => column.type === "text" && (as === "auto" || as === "number"),
  );
  const facts = open.length === 0 ? {} : await textFacts(db, files, open);
  const types: ColumnType[] = [];
  for (const { column, as } of requested) {
    const place = open.findIndex((each) => each.column === column);
    const bad = Number(facts[`bad${place}`] ?? 0);
    const there = Number(facts[`there${place}`] ?? 0);
    if (as === "number" && bad > 0) throw await badNumber(db, files, column);
    if ((as === "vector") !== (column.type === "vector") && (as === "vector" || as === "number")) {
      const expected = `column "${column.name}" to hold ${as === "vector" ? "lists of numbers" : "numbers"}`;
      throw fileError(files.paths[0]!, {
        expected,
        got: column.type === "vector" ? "lists" : column.type,
        advice: "Name another column.",
      }); // a table has a file
    }
    if (as !== "auto") types.push(as);
    else if (place === -1) types.push(column.type);
    else types.push(bad === 0 && there > 0 ? "number" : "text");
  }
  return types;
}

async function textFacts(
  db: DuckDB,
  { relation }: TableFiles,
  open: readonly RequestedColumn[],
): Promise<Readonly<Record<string, unknown>>> {
  const facts = open.map(({ column: { sql } }, i) => {
    const number = `try_cast(${sql} AS DOUBLE) IS NOT NULL`;
    return `count(*) FILTER (${notANumber(sql)})::DOUBLE AS bad${i}, count(*) FILTER (${number})::DOUBLE AS there${i}`;
  });
  return (await db.rows(`SELECT ${facts.join(", ")} FROM ${relation}`))[0] ?? {};
}

async function badNumber(db: DuckDB, files: TableFiles, { name, sql }: TableColumn): Promise<Error> {
  const inner = `SELECT ${sql} AS v, row_number() OVER () - 1 AS row, ${notANumber(sql)} AS bad FROM ${files.relation}`;
  const found = (
    await db.rows(`SELECT v, row::INT AS row FROM (${inner}) WHERE bad ORDER BY row LIMIT 1`)
  )[0];
  const origin = await originsOf(db, files);
  return rowError(origin(Number(found?.["row"] ?? 0)), {
    expected: `column "${name}" to hold numbers`,
    got: `"${String(found?.["v"])}"`,
    advice: "Mend it, leave it empty, or read the column as text.",
  });
}

function builderOf(column: TableColumn, type: ColumnType, precision: "float32" | "float64"): ColumnBuilder {
  const { name, sql } = column;
  // Whole numbers as people write them: 5, not 5.0, so that a class has one name in every kind of data.
  if (type === "text")
    return textBuilder(name, column.type === "vector" ? `CAST(${sql} AS VARCHAR)` : labelSql(column));
  if (type === "vector") return vectorBuilder(name, sql);
  return numberBuilder(name, column.type === "text" ? `try_cast(${sql} AS DOUBLE)` : sql, precision);
}

/**
 * Fills the builders in one pass over the files, in their order.
 *
 * @returns N
 * @throws RunError with code "data" that names file and row of a value that does not fit its column
 */
export async function scan(
  db: DuckDB,
  files: TableFiles,
  builders: readonly ColumnBuilder[],
): Promise<number> {
  const select = builders.map(({ sql }, i) => `${sql} AS c${i}`).join(", ");
  let rows = 0;
  const take = (chunk: DuckDBDataChunk): number => {
    builders.forEach((builder, i) => {
      builder.add(chunk.getColumnVector(i), chunk.rowCount);
    });
    return chunk.rowCount;
  };
  for await (const chunk of db.chunks(`SELECT ${select} FROM ${files.relation}`)) rows += take(chunk);
  for (const builder of builders) {
    const fault = builder.fault();
    if (fault === undefined) continue;
    const origin = await originsOf(db, files);
    const { row, ...mismatch } = fault;
    throw rowError(origin(row), mismatch);
  }
  return rows;
}
