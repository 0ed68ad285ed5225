import { unlabelledRules } from "../../catalogue/index.ts";
import { countingIds } from "../examples.ts";
import { columnName } from "./dialect.ts";
import { fileError, type Origin, rowError } from "./file-error.ts";
import { classFinder } from "./class-names.ts";
import { headerAdvice } from "./table-header.ts";
import { columnNamed, listed, type TableColumn, type TableFiles } from "./table-files.ts";
import type { TextColumn } from "./columns.ts";

/** What a label column is called, in small letters, where no option names it. */
export const labelNames: readonly string[] = ["label", "target", "class", "y"];

/** More classes than this are no classes. */
const maxClasses = 10_000;

/**
 * The column that holds the classes: the one that is named, or the only one called label, target, class or y.
 *
 * @throws RunError with code "data" where there is none, or more than one could be meant
 */
export function labelColumn(files: TableFiles, name?: string): TableColumn {
  if (name !== undefined) return columnNamed(files, name);
  const found = guessLabelColumns(files);
  if (found.length === 1) return found[0]!; // there is one
  const names = files.columns.map((column) => column.name);
  throw fileError(files.paths[0], {
    expected: `one column called ${listed(labelNames)}`,
    got: found.length > 1 ? found.map((column) => column.name).join(" and ") : names.slice(0, 20).join(", "),
    advice: `Say which column holds the classes: --label COLUMN.${headerAdvice(names)}`,
  });
}

/** The label column of a table that may have none: the one of that name, by default the only one called as such. */
export function findLabelColumn(files: TableFiles, name: string | undefined): TableColumn | undefined {
  if (name !== undefined)
    return files.columns.find((column) => column.name === columnName(name, files.dialect));
  const found = guessLabelColumns(files);
  return found.length === 1 ? found[0] : undefined;
}

/** The columns that have the name of a label column. */
function guessLabelColumns({ columns }: TableFiles): TableColumn[] {
  return columns.filter(({ name }) => labelNames.includes(name.toLowerCase()));
}

/** SQL of a label column as text: whole numbers without a decimal point, whatever type the file gives them. */
export function labelSql({ type, sql }: TableColumn): string {
  if (type === "text") return sql;
  const whole = `isfinite(${sql}) AND ${sql} = floor(${sql}) AND abs(${sql}) < 1e15`;
  return `CASE WHEN ${whole} THEN CAST(CAST(${sql} AS BIGINT) AS VARCHAR) ELSE CAST(${sql} AS VARCHAR) END`;
}

/** Whether a column of so many different values holds something else than classes: numbers or ids. */
export function areNoClasses(distinct: number, rows: number): boolean {
  return distinct > maxClasses || (rows >= 50 && distinct > rows / 2);
}

/** What is done about rows without a class: nothing is read, or they are left out. */
type Unlabelled = (typeof unlabelledRules)[number];

/** The rule among the options of a reader. */
export function unlabelledRule(options: Readonly<Record<string, unknown>> = {}): Unlabelled {
  return unlabelledRules.find((rule) => rule === options["unlabelled"]) ?? "stop";
}

/** Rows with a class. */
interface LabelledRows {
  /** [N] */
  readonly labels: Int32Array;
  /** [N], the rows that they are of: all but those without a class. */
  readonly rows: Uint32Array;
  /** How many rows are left out, in a sentence; none where all have a class. */
  readonly notes: readonly string[];
}

/** Classes and who is of which. */
interface Labels extends LabelledRows {
  /** In label order: numbers by their size, other names by their letters. */
  readonly classNames: readonly string[];
}

/** How a column of classes is read. */
interface LabelReading {
  /** Says where a row stands, for errors. */
  readonly origin: (row: number) => Origin;
  readonly unlabelled: Unlabelled;
}

/**
 * Classes from a column of names.
 *
 * @throws RunError with code "data" if a label is missing, there is one class, or so many that they are none
 */
export function labelsOf(column: TextColumn, reading: LabelReading): Labels {
  const rows = rowsWithClass(column, reading);
  const { codes, distinct, name } = column;
  const where = reading.origin(0).file;
  if (distinct.length < 2) {
    const got = distinct.length === 0 ? "none" : `only "${distinct[0]!}"`;
    const advice = "Check that --label names the right column.";
    throw fileError(where, { expected: `two classes or more in column "${name}"`, got, advice });
  }
  if (areNoClasses(distinct.length, rows.length)) {
    throw fileError(where, {
      expected: `classes in column "${name}", each with examples`,
      got: `${distinct.length} different values in ${rows.length} rows`,
      advice: "This looks like a number or an id: name the column of classes with --label.",
    });
  }
  const classNames = inLabelOrder(distinct);
  const places = new Map(classNames.map((each, i) => [each, i]));
  const labelOf = Int32Array.from(distinct, (each) => places.get(each) ?? 0);
  const labels = Int32Array.from(rows, (row) => labelOf[codes[row]!]!); // all of these codes are there
  return { classNames, labels, rows, notes: leftOut(column, where) };
}

/**
 * Labels of another split, by the classes of the training split.
 *
 * @throws RunError with code "data" for a class that training does not have: its first row, and how many there are
 */
export function labelsAmong(
  column: TextColumn,
  classNames: readonly string[],
  reading: LabelReading,
): LabelledRows {
  const rows = rowsWithClass(column, reading);
  const find = classFinder(classNames);
  const labelOf = column.distinct.map(find);
  const labels = Int32Array.from(rows, (row) => labelOf[column.codes[row]!]!); // all of these codes are there
  const first = labels.indexOf(-1);
  if (first === -1) return { labels, rows, notes: leftOut(column, reading.origin(0).file) };
  const count = labels.reduce((sum, label) => sum + (label === -1 ? 1 : 0), 0);
  const names = column.distinct.filter((each) => find(each) === -1);
  const row = rows[first]!; // first is one of them
  throw rowError(reading.origin(row), {
    expected: `a class that the training data has (${classNames.slice(0, 12).join(", ")})`,
    got: `"${column.distinct[column.codes[row]!]!}"; ${count} rows with ${names.slice(0, 6).join(", ")}`, // row is one
    advice: "Add examples of it to the training data, or take these rows out.",
  });
}

function rowsWithClass(
  { codes, name, missing }: TextColumn,
  { origin, unlabelled }: LabelReading,
): Uint32Array {
  const all = countingIds(codes.length);
  if (missing === 0) return all;
  if (unlabelled === "skip") return all.filter((row) => codes[row] !== -1);
  throw rowError(origin(codes.indexOf(-1)), {
    expected: `a class in column "${name}"`,
    got: missing === 1 ? "nothing" : `nothing, as in ${missing} rows in all`,
    advice: "Fill it in, take the row out, or leave such rows out with --unlabelled skip.",
  });
}

/** How many rows of a file are left out for want of a class; nothing where all have one. */
export function leftOut({ missing, name }: Pick<TextColumn, "missing" | "name">, file: string): string[] {
  if (missing === 0) return [];
  const rows = missing === 1 ? "1 row without a class is" : `${missing} rows without a class are`;
  return [`${file}: ${rows} left out (column "${name}")`];
}

/** Names in label order: numbers by their size, other names by their letters. */
export function inLabelOrder(names: readonly string[]): string[] {
  const numbers = names.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  return [...names].sort((a, b) => (numbers && Number(a) - Number(b)) || (a < b ? -1 : 1));
}
