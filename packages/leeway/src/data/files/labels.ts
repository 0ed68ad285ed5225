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

/** Classes and who is of which. */
interface Labels {
  /** In label order: numbers by their size, other names by their letters. */
  readonly classNames: readonly string[];
  /** [N] */
  readonly labels: Int32Array;
}

/**
 * Classes from a column of names.
 *
 * @param origin says where a row stands, for errors
 * @throws RunError with code "data" if a label is missing, there is one class, or so many that they are none
 */
export function labelsOf(column: TextColumn, origin: (row: number) => Origin): Labels {
  requireAll(column, origin);
  const { codes, distinct, name } = column;
  const where = origin(0).file;
  if (distinct.length < 2) {
    const got = distinct.length === 0 ? "none" : `only "${distinct[0]!}"`;
    const advice = "Check that --label names the right column.";
    throw fileError(where, { expected: `two classes or more in column "${name}"`, got, advice });
  }
  if (areNoClasses(distinct.length, codes.length)) {
    throw fileError(where, {
      expected: `classes in column "${name}", each with examples`,
      got: `${distinct.length} different values in ${codes.length} rows`,
      advice: "This looks like a number or an id: name the column of classes with --label.",
    });
  }
  const classNames = inLabelOrder(distinct);
  const places = new Map(classNames.map((each, i) => [each, i]));
  const labelOf = Int32Array.from(distinct, (each) => places.get(each) ?? 0);
  return { classNames, labels: codes.map((code) => labelOf[code]!) }; // all codes are there
}

/**
 * Labels of another split, by the classes of the training split.
 *
 * @throws RunError with code "data" for a class that training does not have: its first row, and how many there are
 */
export function labelsAmong(
  column: TextColumn,
  classNames: readonly string[],
  origin: (row: number) => Origin,
): Int32Array {
  requireAll(column, origin);
  const find = classFinder(classNames);
  const labelOf = column.distinct.map(find);
  const labels = column.codes.map((code) => labelOf[code]!); // all codes are there
  const first = labels.indexOf(-1);
  if (first === -1) return labels;
  const rows = labels.reduce((sum, label) => sum + (label === -1 ? 1 : 0), 0);
  const names = column.distinct.filter((each) => find(each) === -1);
  throw rowError(origin(first), {
    expected: `a class that the training data has (${classNames.slice(0, 12).join(", ")})`,
    got: `"${column.distinct[column.codes[first]!]!}"; ${rows} rows with ${names.slice(0, 6).join(", ")}`, // first is a row
    advice: "Add examples of it to the training data, or take these rows out.",
  });
}

function requireAll({ codes, name, missing }: TextColumn, origin: (row: number) => Origin): void {
  if (missing === 0) return;
  throw rowError(origin(codes.indexOf(-1)), {
    expected: `a class in column "${name}"`,
    got: missing === 1 ? "nothing" : `nothing, as in ${missing} rows in all`,
    advice: "Fill it in, or take the row out.",
  });
}

/** Names in label order: numbers by their size, other names by their letters. */
export function inLabelOrder(names: readonly string[]): string[] {
  const numbers = names.every((name) => name.trim() !== "" && Number.isFinite(Number(name)));
  return [...names].sort((a, b) => (numbers && Number(a) - Number(b)) || (a < b ? -1 : 1));
}
