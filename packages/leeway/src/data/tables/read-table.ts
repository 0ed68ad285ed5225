import { type Examples, selectRows } from "../examples.ts";
import { numberBuilder, textBuilder } from "../files/column-builders.ts";
import { type Column, type NumberColumn, scan, type TextColumn } from "../files/columns.ts";
import type { DuckDB } from "../files/duckdb.ts";
import type { Origin } from "../files/file-error.ts";
import { labelSql } from "../files/labels.ts";
import { originsOf, type TableColumn, type TableFiles } from "../files/table-files.ts";
import { numberSql } from "./column-facts.ts";

/** A column of numbers, float32, as distances from an origin that is 0 but where float32 would lose the differences. */
export interface NumericColumn {
  readonly name: string;
  readonly origin: number;
  /** One a row; NaN where missing. */
  readonly values: Float32Array;
}

/** A column of categories. */
export interface CategoricalColumn {
  readonly name: string;
  /** One a row: places in `distinct`; -1 where missing. */
  readonly codes: Int32Array;
  readonly distinct: readonly string[];
}

/** The columns of a table that are used: they are shared by all parts of it, and never copied. */
export interface Table {
  readonly numeric: readonly NumericColumn[];
  readonly categorical: readonly CategoricalColumn[];
}

/** Rows of a table with their classes. `ids` are the rows. */
export interface TableExamples extends Examples {
  readonly table: Table;
  select(indices: ArrayLike<number>): TableExamples;
}

/** Rows of a table as examples. */
export function tableExamples(rows: Omit<TableExamples, "select">): TableExamples {
  return { ...rows, select: (indices) => tableExamples({ ...rows, ...selectRows(rows, indices) }) };
}

/** Which columns of a table are read, and as what. */
export interface TableReading {
  readonly numeric: readonly { readonly column: TableColumn; readonly origin: number }[];
  readonly categorical: readonly TableColumn[];
  /** The column of classes; none for examples that have none. */
  readonly label: TableColumn | null;
}

/** A table that was read. */
export interface ReadTable {
  /** N */
  readonly rows: number;
  readonly table: Table;
  readonly label: TextColumn | null;
  /** Where row `i`, from 0, stands. */
  readonly origin: (i: number) => Origin;
}

/** Reads the columns of a table in one pass: float32 and int32, 4 bytes a value. */
export async function readTable(
  db: DuckDB,
  files: TableFiles,
  { numeric, categorical, label }: TableReading,
): Promise<ReadTable> {
  const builders = [
    ...numeric.map(({ column, origin }) => {
      const sql = numberSql(column);
      return numberBuilder(column.name, origin === 0 ? sql : `(${sql} - ${origin})`);
    }),
    ...categorical.map((column) => textBuilder(column.name, labelSql(column))),
    ...(label === null ? [] : [textBuilder(label.name, labelSql(label))]),
  ];
  const rows = await scan(db, files, builders);
  const origin = await originsOf(db, files);
  const columns: Column[] = builders.map((builder) => builder.finish());
  const numbers = columns.filter((column): column is NumberColumn => column.kind === "number");
  const texts = columns.filter((column): column is TextColumn => column.kind === "text");
  return {
    rows,
    table: {
      numeric: numbers.map(({ name, values }, i) => ({ name, origin: numeric[i]!.origin, values })), // as requested
      categorical: texts
        .slice(0, categorical.length)
        .map(({ name, codes, distinct }) => ({ name, codes, distinct })),
    },
    label: label === null ? null : (texts.at(-1) ?? null),
    origin,
  };
}
