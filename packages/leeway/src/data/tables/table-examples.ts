import { type Examples, selectRows } from "../examples.ts";

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
