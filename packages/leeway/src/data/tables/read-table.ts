import { type Examples, selectRows } from "../examples.ts";
import { columnChunks } from "../files/column-chunks.ts";
import { textBuilder } from "../files/column-builders.ts";
import { isMissingNumber, maxFloat32, type NumberReading, readNumber } from "../../preparation/index.ts";
import { scan, type TextColumn } from "../files/columns.ts";
import { type DuckDB, usableMemory } from "../files/duckdb.ts";
import { fileError, type Origin } from "../files/file-error.ts";
import { labelSql } from "../files/labels.ts";
import { originsOf, type TableFiles } from "../files/table-files.ts";
import type { TableReading } from "./table-reading.ts";

/** A column of numbers, float32, as distances from an origin that is 0 but where float32 would lose the differences. */
export interface NumericColumn {
  readonly name: string;
  /** How the file's values are numbers; undefined where they are written as programs do. */
  readonly reading: NumberReading | undefined;
  readonly origin: number;
  /** One a row; NaN where missing. */
  readonly values: Float32Array;
  /** Values that are there and are none, and the first of them. */
  readonly unread: { readonly count: number; readonly first: string };
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

/** A table that was read. */
export interface ReadTable {
  /** N */
  readonly rows: number;
  readonly table: Table;
  readonly label: TextColumn | null;
  /** Where row `i`, from 0, stands. */
  readonly origin: (i: number) => Origin;
}

/**
 * Reads the columns of a table: float32 and int32, 4 bytes a value.
 *
 * @throws RunError with code "data" where that is more than this process may use
 */
export async function readTable(
  db: DuckDB,
  files: TableFiles,
  { numeric, categorical, label }: TableReading,
): Promise<ReadTable> {
  const texts = [...categorical, ...(label === null ? [] : [label])].map((column) =>
    textBuilder(column.name, labelSql(column)),
  );
  const read = await scan(db, files, texts);
  const rows = texts.length > 0 ? read : await countRows(db, files);
  requireMemory(files, { rows, columns: numeric.length + texts.length });
  const columns = texts.map((builder) => builder.finish() as TextColumn); // made of text
  return {
    rows,
    table: {
      numeric: await readNumbers(db, files, { numeric, rows }),
      categorical: columns
        .slice(0, categorical.length)
        .map(({ name, codes, distinct }) => ({ name, codes, distinct })),
    },
    label: label === null ? null : (columns.at(-1) ?? null),
    origin: await originsOf(db, files),
  };
}

async function countRows(db: DuckDB, { relation }: TableFiles): Promise<number> {
  const [row] = await db.rows(`SELECT count(*)::DOUBLE AS n FROM ${relation}`);
  return Number(row?.["n"] ?? 0);
}

function requireMemory(
  files: TableFiles,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): void {
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  const [needed, usable] = [4 * rows * columns, usableMemory()];
  if (needed <= 0.8 * usable) return;
  throw fileError(files.paths[0], {
    expected: `a table that fits into ${gigabytes(usable)} of memory`,
    got: `${rows} rows of ${columns} columns, ${gigabytes(needed)} of numbers`,
    advice: "Leave columns out with --ignore, give fewer rows, or use a machine with more memory.",
  });
}

async function readNumbers(
  db: DuckDB,
  files: TableFiles,
  { numeric, rows }: Pick<TableReading, "numeric"> & { readonly rows: number },
): Promise<NumericColumn[]> {
  const read = numeric.map(({ column, reading, origin }) => ({
    ...{ name: column.name, reading, origin },
    values: new Float32Array(rows),
    unread: { count: 0, first: "" },
  }));
  const columns = [...new Set(numeric.map(({ column }) => column))];
  const into = new Map(columns.map((column) => [column, [] as number[]]));
  numeric.forEach(({ column }, i) => into.get(column)?.push(i));
  for await (const { places, firstRow, rows: count, numbers, textAt } of columnChunks(db, files, columns)) {
    places.forEach((place, c) => {
      for (const i of into.get(columns[place]!)!) {
        const { values, reading, origin, unread } = read[i]!; // its columns were collected from these
        for (let row = 0, at = c; row < count; row++, at += places.length) {
          const number = numbers[at]!;
          const value = readNumber(reading, number, () => textAt(at));
          values[firstRow + row] = Math.abs(value) <= maxFloat32 ? value - origin : Number.NaN;
          if (!Number.isNaN(number) || !Number.isNaN(value)) continue;
          const word = textAt(at)?.trim();
          if (word === undefined || isMissingNumber(word)) continue;
          if (unread.count++ === 0) unread.first = word;
        }
      }
    });
  }
  return read;
}
