import { listOf, numbersOf } from "./column-builders.ts";
import { textNumberSql } from "./columns.ts";
import type { DuckDB } from "./duckdb.ts";
import type { TableColumn, TableFiles } from "./table-files.ts";

/** Some rows of some columns. */
export interface ColumnChunk {
  /** [C]: the places of the columns among those requested. */
  readonly places: readonly number[];
  /** The first row, from 0. */
  readonly firstRow: number;
  /** N */
  readonly rows: number;
  /** [N, C]; NaN where there is no number, or none as programs write it. */
  readonly numbers: Float64Array;
  /** The text of a text column at `row * C + place`; null where there is none. */
  readonly textAt: (at: number) => string | null;
}

/**
 * Columns read at a time. DuckDB plans a query in a time that grows with the square of its columns, and holds 2,048 rows
 * of each of its expressions: so columns are put into one list, and a very wide table is read in several passes.
 */
const columnsAtATime = 2000;

/**
 * Reads columns of numbers and of texts, some thousand rows and columns at a time: first those of numbers, and each in
 * the order of its rows.
 */
export async function* columnChunks(
  db: DuckDB,
  { relation }: Pick<TableFiles, "relation">,
  requested: readonly TableColumn[],
): AsyncGenerator<ColumnChunk, void, undefined> {
  for (const places of batchesOf(requested)) {
    let firstRow = 0;
    const sql = selectOf(
      places.map((place) => requested[place]!), // one of them
      relation,
    );
    for await (const chunk of db.chunks(sql)) {
      const rows = chunk.rowCount;
      const numbers = numbersOf(listOf(chunk.getColumnVector(0)).childVector) as Float64Array; // the SQL makes them DOUBLE
      const texts = chunk.columnCount > 1 ? listOf(chunk.getColumnVector(1)).childVector : undefined;
      const textAt = (at: number): string | null => (texts?.getItem(at) ?? null) as string | null; // likewise VARCHAR
      yield { places, firstRow, rows, numbers, textAt };
      firstRow += rows;
    }
  }
}

function batchesOf(requested: readonly TableColumn[]): number[][] {
  const batches: number[][] = [];
  for (const type of ["number", "text"] as const) {
    const places = [...requested.keys()].filter((place) => requested[place]!.type === type); // one of them
    for (let i = 0; i < places.length; i += columnsAtATime) batches.push(places.slice(i, i + columnsAtATime));
  }
  return batches;
}

function selectOf(columns: readonly TableColumn[], relation: string): string {
  const list = `[${columns.map(({ sql }) => sql).join(", ")}]`;
  const [first] = columns;
  const isText = first?.type === "text";
  const number = isText ? textNumberSql({ sql: "x", decimal: first.decimal }) : "x";
  const numbers = `list_transform(l, lambda x: coalesce(${number}, 'NaN'::DOUBLE))`;
  return `SELECT ${numbers}${isText ? ", l" : ""} FROM (SELECT ${list} AS l FROM ${relation})`;
}
