import { missingNumbersSql, notANumber, textNumberSql } from "../files/columns.ts";
import type { DuckDB } from "../files/duckdb.ts";
import type { TableColumn, TableFiles } from "../files/table-files.ts";

/** What one look at a column tells of it. */
export interface ColumnFacts {
  readonly column: TableColumn;
  /** N */
  readonly rows: number;
  /** Values that are there. */
  readonly there: number;
  /** Different values, to about 2 %; of a hundred to about 10 %; at most N. */
  readonly distinct: number;
  /** Values of a text column that are no numbers; 0 of numbers. */
  readonly notNumbers: number;
  /** Of these, what looks like a number: 3,14 or 1,234.50 or $7 or 8 %. */
  readonly written: number;
  /** One of them; null where there is none. */
  readonly writtenAs: string | null;
  /** Numbers that are infinite, or that float32 cannot hold. */
  readonly beyond: number;
  /** Of the values that are numbers; null where there is none. */
  readonly min: number | null;
  readonly max: number | null;
  /** Whether all numbers are whole. */
  readonly whole: boolean;
  /** Letters of the longest value of a text column; 0 of numbers. */
  readonly longest: number;
}

/** The largest number that float32 holds. */
const maxFloat32 = 3.4028234663852886e38;

/** A number with a decimal comma, thousands apart, a currency or per cent; as DuckDB's regular expressions are written. */
const writtenNumber =
  "[-+]?\\s?[$€£¥]?\\s?(\\d{1,3}([,. \u00a0\u202f]\\d{3})+([,.]\\d+)?|\\d+([,.]\\d+)?)\\s?([%$€£¥]|EUR|USD)?";

function doubleSql(column: TableColumn): string {
  return column.type === "number" ? column.sql : textNumberSql(column);
}

/** SQL: a column as DOUBLE, NULL where it holds none that float32 can hold. */
export function numberSql(column: TableColumn): string {
  const number = doubleSql(column);
  return `CASE WHEN abs(${number}) <= ${maxFloat32} THEN ${number} END`; // not NaN, which is above all numbers
}

/** Looks at all columns but lists in one pass over the files. */
export async function columnFacts(db: DuckDB, { relation, columns }: TableFiles): Promise<ColumnFacts[]> {
  const plain = columns.filter(({ type }) => type !== "vector");
  const selected = plain.flatMap((column, i) => {
    const [value, number] = [column.sql, numberSql(column)];
    const isText = column.type === "text";
    const any = doubleSql(column);
    const isWritten = `${notANumber(column)} AND regexp_full_match(trim(${value}), '${writtenNumber}')`;
    const there = isText ? `${value} NOT IN (${missingNumbersSql})` : `${value} IS NOT NULL`;
    return [
      `count(*) FILTER (${there})::DOUBLE AS there${i}`,
      `approx_count_distinct(${value})::DOUBLE AS distinct${i}`,
      `${isText ? `count(*) FILTER (${notANumber(column)})::DOUBLE` : "0"} AS bad${i}`,
      `${isText ? `count(*) FILTER (${isWritten})::DOUBLE` : "0"} AS written${i}`,
      `${isText ? `min(${value}) FILTER (${isWritten})` : "NULL"} AS example${i}`,
      `count(*) FILTER (abs(${any}) > ${maxFloat32} AND NOT isnan(${any}))::DOUBLE AS beyond${i}`,
      `min(${number}) AS min${i}`,
      `max(${number}) AS max${i}`,
      `count(*) FILTER (${number} <> floor(${number}))::DOUBLE AS broken${i}`,
      `${isText ? `max(length(${value}))::DOUBLE` : "0"} AS longest${i}`,
    ];
  });
  const row =
    (await db.rows(`SELECT count(*)::DOUBLE AS n${["", ...selected].join(", ")} FROM ${relation}`))[0] ?? {};
  const fact = (name: string): number => Number(row[name] ?? 0);
  const edge = (name: string): number | null => (row[name] === null ? null : fact(name));
  const text = (name: string): string | null => (typeof row[name] === "string" ? row[name] : null);
  return plain.map((column, i) => ({
    column,
    rows: fact("n"),
    there: fact(`there${i}`),
    distinct: Math.min(fact(`distinct${i}`), fact("n")),
    notNumbers: fact(`bad${i}`),
    written: fact(`written${i}`),
    writtenAs: text(`example${i}`),
    beyond: fact(`beyond${i}`),
    min: edge(`min${i}`),
    max: edge(`max${i}`),
    whole: fact(`broken${i}`) === 0,
    longest: fact(`longest${i}`),
  }));
}
