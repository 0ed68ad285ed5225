import type { DuckDBVector } from "@duckdb/node-api";
import type { Column } from "./columns.ts";

/** A column while it is read, chunk by chunk. */
export interface ColumnBuilder {
  readonly name: string;
  /** The expression to select for it: DOUBLE, VARCHAR or FLOAT[]. */
  readonly sql: string;
  add(vector: DuckDBVector, rows: number): void;
  /** What is wrong with the first row that does not fit, counted from 0; undefined where all do. */
  fault(): RowFault | undefined;
  finish(): Column;
}

/** A value that does not fit its column. */
interface RowFault {
  readonly row: number;
  readonly expected: string;
  readonly got: string;
  readonly advice: string;
}

/** Numbers; NaN where there is none, or none that is finite. */
export function numberBuilder(name: string, sql: string): ColumnBuilder {
  let values = new Float32Array(0);
  let length = 0;
  return {
    name,
    sql: `CASE WHEN isfinite(${sql}) THEN ${sql} ELSE 'NaN'::DOUBLE END`, // of NULL too
    add: (vector, rows) => {
      values = grown(values, length + rows);
      values.set(numbersOf(vector).subarray(0, rows), length);
      length += rows;
    },
    fault: () => undefined,
    finish: () => ({ kind: "number", name, values: values.slice(0, length) }),
  };
}

/** Text, each distinct value kept once. */
export function textBuilder(name: string, sql: string): ColumnBuilder {
  const places = new Map<string, number>();
  let codes = new Int32Array(0);
  let length = 0;
  let missing = 0;
  return {
    name,
    sql,
    add: (vector, rows) => {
      codes = grown(codes, length + rows);
      for (let i = 0; i < rows; i++) {
        const text = vector.getItem(i) as string | null; // the SQL makes it VARCHAR
        if (text === null) {
          codes[length + i] = -1;
          missing++;
          continue;
        }
        let code = places.get(text);
        if (code === undefined) places.set(text, (code = places.size));
        codes[length + i] = code;
      }
      length += rows;
    },
    fault: () => undefined,
    finish: () => ({
      kind: "text",
      name,
      codes: codes.slice(0, length),
      distinct: [...places.keys()],
      missing,
    }),
  };
}

/** Lists of finite numbers, all as long as the first. */
export function vectorBuilder(name: string, sql: string): ColumnBuilder {
  let values = new Float32Array(0);
  let size = 0;
  let length = 0;
  let fault: RowFault | undefined;
  const advice = "Give every row a vector of one length, all numbers finite.";
  const add = (list: ListVector, rows: number): void => {
    const items = numbersOf(list.childVector);
    for (let i = 0; i < rows && fault === undefined; i++) {
      const there = list.getItemVector(i) !== null;
      const [from, count] = [list.getEntryOffset(i), there ? list.getEntryLength(i) : 0];
      if (length + i === 0) size = count;
      const row = length + i;
      if (count !== size || count === 0) {
        const expected = `column "${name}" to hold ${size || "some"} numbers in each row`;
        fault = { row, expected, got: there ? String(count) : "none", advice };
        return;
      }
      const part = items.subarray(from, from + size);
      const strange = part.find((value) => !Number.isFinite(value));
      if (strange !== undefined) {
        fault = { row, expected: `column "${name}" to hold finite numbers`, got: String(strange), advice };
        return;
      }
      values = grown(values, (row + 1) * size);
      values.set(part, row * size);
    }
    length += rows;
  };
  return {
    name,
    sql,
    add: (vector, rows) => {
      if (fault === undefined) add(listOf(vector), rows);
    },
    fault: () => fault,
    finish: () => ({ kind: "vector", name, size, values: values.slice(0, length * size) }),
  };
}

/** What of DuckDB's vector of lists is read. */
interface ListVector {
  readonly childVector: DuckDBVector;
  getItemVector(i: number): DuckDBVector | null;
  getEntryOffset(i: number): number;
  getEntryLength(i: number): number;
}

/** A vector as one of lists. */
export function listOf(vector: DuckDBVector): ListVector {
  if ("childVector" in vector && "getEntryOffset" in vector) return vector as unknown as ListVector;
  throw new TypeError("readColumns: expected the SQL to give lists, got another type.");
}

/** The numbers of a FLOAT or DOUBLE vector, as they lie in memory: far faster than one by one. */
export function numbersOf(vector: DuckDBVector): Float32Array | Float64Array {
  const items = "items" in vector ? vector.items : undefined;
  if (items instanceof Float32Array || items instanceof Float64Array) return items;
  throw new TypeError("readColumns: expected the SQL to give FLOAT or DOUBLE, got another type.");
}

/** The array, or a longer copy of it, with room for `length` values. */
function grown<T extends Float32Array | Int32Array>(values: T, length: number): T {
  if (values.length >= length) return values;
  const Kind = values.constructor as new (length: number) => T;
  const longer = new Kind(Math.max(length, Math.ceil(values.length * 1.5), 4096));
  longer.set(values);
  return longer;
}
