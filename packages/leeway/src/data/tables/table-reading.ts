import { columnNamed, type TableColumn, type TableFiles } from "../files/table-files.ts";
import type { ColumnFacts } from "./column-facts.ts";
import type { ColumnRole } from "./column-detection.ts";
import { rangeOf } from "./column-reading.ts";
import type { NumberReading, TableSteps } from "../../preparation/index.ts";

/** How numbers are read from a column; several columns of numbers may be read from one. */
export interface NumericReading {
  readonly column: TableColumn;
  /** Undefined where they are written as programs do. */
  readonly reading: NumberReading | undefined;
  readonly origin: number;
}

/** Which columns of a table are read, and as what. */
export interface TableReading {
  readonly numeric: readonly NumericReading[];
  readonly categorical: readonly TableColumn[];
  /** The column of classes; none for examples that have none. */
  readonly label: TableColumn | null;
}

/** What is read where roles were detected or requested. */
export function readingOfRoles(roles: readonly ColumnRole[], label: TableColumn): TableReading {
  return {
    numeric: roles.flatMap(({ facts, numbers }) =>
      (numbers?.readings ?? []).map((reading) => {
        return { column: facts.column, reading, origin: originOf(facts, reading) };
      }),
    ),
    categorical: roles.filter(({ role }) => role === "categorical").map(({ facts }) => facts.column),
    label,
  };
}

/**
 * What a run reads, by what it stored, in any files.
 *
 * @throws RunError with code "data" for a column that is not there
 */
export function readingOfSteps(
  files: TableFiles,
  { numeric, categorical }: TableSteps,
  label: TableColumn | null,
): TableReading {
  const columns = new Map(files.columns.map((column) => [column.name, column]));
  const named = (name: string): TableColumn => columns.get(name) ?? columnNamed(files, name); // which throws
  return {
    numeric: numeric.map(({ name, reading, origin }) => ({ column: named(name), reading, origin })),
    categorical: categorical.map(({ name }) => named(name)),
    label,
  };
}

/**
 * The same columns in other files.
 *
 * @throws RunError with code "data" for one that is not there
 */
export function sameColumns(files: TableFiles, { numeric, categorical, label }: TableReading): TableReading {
  const columns = new Map(files.columns.map((column) => [column.name, column]));
  const same = ({ name }: TableColumn): TableColumn => columns.get(name) ?? columnNamed(files, name); // which throws
  return {
    numeric: numeric.map((each) => ({ ...each, column: same(each.column) })),
    categorical: categorical.map(same),
    label: label && same(label),
  };
}

/** Of days, and where float32 would round away what tells values apart (seconds since 1970), the smallest value; else 0. */
function originOf(facts: ColumnFacts, reading: NumberReading | undefined): number {
  const { min, max } = rangeOf(facts, reading);
  if (min > max) return 0;
  if (reading?.kind === "date" && reading.part === "days") return min;
  return Math.max(Math.abs(min), Math.abs(max)) > 1e4 * (max - min) ? min : 0;
}
