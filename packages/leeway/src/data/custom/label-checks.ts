import type { CustomData } from "../../catalogue/index.ts";
import type { DuckDB } from "../files/duckdb.ts";
import { fileError } from "../files/file-error.ts";
import { labelSql } from "../files/labels.ts";
import { tableFault } from "../files/table-error.ts";
import type { TableColumn, TableFiles } from "../files/table-files.ts";
import { isNumberName } from "../files/table-header.ts";

/** Rows that are looked at before all are counted. */
const sampledRows = 5000;
/** More values than this are no classes. */
const maxValues = 10_000;
/** Names longer than this are sentences: data. */
const longName = 40;

interface LabelHints {
  /** The column of classes. */
  readonly classes: TableColumn;
  readonly options: NonNullable<CustomData["options"]>;
}

/**
 * Asks about a column of classes that would be misread: the first line of a file without a header, whose class would be
 * the column's name, and rows of several classes. A run that was recorded is never asked.
 *
 * @throws RunError with code "data" that says what was found and which option answers
 */
export async function requireClasses(
  db: DuckDB,
  files: TableFiles,
  { classes, options }: LabelHints,
): Promise<void> {
  try {
    const column = labelSql(classes);
    const rows = `SELECT ${column} AS l FROM ${files.relation} LIMIT ${sampledRows}`;
    const found = await db.rows(
      `SELECT l, count(*)::DOUBLE AS n FROM (${rows}) WHERE l IS NOT NULL GROUP BY 1`,
    );
    const sampled = countsOf(found);
    requireHeader(files, classes, sampled);
    if (options["combinations"] === "classes" || ![...sampled.keys()].some((name) => /[[|;,]/.test(name)))
      return;
    const all = `SELECT ${column} AS l, count(*)::DOUBLE AS n FROM ${files.relation} WHERE ${column} IS NOT NULL GROUP BY 1`;
    const counts = countsOf(await db.rows(`${all} LIMIT ${maxValues + 1}`));
    if (counts.size <= maxValues) requireOneClass(files, classes, counts);
  } catch (error) {
    throw tableFault(error, files.paths);
  }
}

function countsOf(rows: readonly Readonly<Record<string, unknown>>[]): Map<string, number> {
  return new Map(rows.map(({ l, n }) => [String(l), Number(n)]));
}

/** Refuses a header that is data: its class is among the classes, and another of its names is no name either. */
function requireHeader(files: TableFiles, { name }: TableColumn, counts: ReadonlyMap<string, number>): void {
  const { format, columns, paths, dialect } = files;
  const { header = true } = dialect;
  if (format !== "csv" || !header || !counts.has(name)) return;
  const other = columns.find(
    (column) => column.name !== name && (isNumberName(column.name) || column.name.length > longName),
  );
  if (other === undefined) return;
  throw fileError(paths[0], {
    expected: "a first line with the columns' names",
    got: `one that looks like data: "${name}" is a class of its column, and "${other.name.slice(0, longName)}" no name`,
    advice: `Say --no-header, and name columns by their numbers: --label ${columns.findIndex((column) => column.name === name) + 1}.`,
  });
}

/** Refuses classes of which one or more are lists of several. */
function requireOneClass(
  { paths }: TableFiles,
  column: TableColumn,
  counts: ReadonlyMap<string, number>,
): void {
  const found = combinationsIn(counts, column.isList === true);
  if (found === undefined) return;
  const { rows, parts, example, empty } = found;
  const shown = parts.slice(0, 6).join(", ");
  const none = empty === 0 ? "" : `, and none in ${empty}`;
  throw fileError(paths[0], {
    expected: `one class a row in column "${column.name}"`,
    got: `several in ${rows} rows, such as "${example}" (${parts.length} classes: ${shown}${parts.length > 6 ? ", …" : ""})${none}`,
    advice:
      `Leeway learns one class a row: for each class that matters, add a column that says whether the row has it ` +
      `(${parts[0] ?? "a"}: 1 or 0), and train on one such column at a time. If each combination is a class of its own, say --combinations classes.`,
  });
}

interface Combinations {
  /** Rows of several classes. */
  readonly rows: number;
  /** Rows whose list is empty. */
  readonly empty: number;
  /** The most frequent name of several classes. */
  readonly example: string;
  /** The classes that they are made of, the most frequent first. */
  readonly parts: readonly string[];
}

/**
 * What classes are lists of others; undefined where none is.
 *
 * A list in brackets is one. Names with | ; or a comma are where they are made of other classes: of `a|b` and `a;b` one
 * part must be a class of its own or in another such name, of `a, b`, which may be one name (New York, NY), all parts.
 */
export function combinationsIn(
  counts: ReadonlyMap<string, number>,
  areLists: boolean,
): Combinations | undefined {
  const names = [...counts.keys()];
  const inBrackets = names.filter((name) => /^\[.*\]$/.test(name)).length;
  if (areLists || (inBrackets > 0 && inBrackets === names.length)) {
    const partsOf = (name: string): string[] => partsIn(name.replace(/^\[|\]$/g, ""), ",");
    const several = names.filter((name) => partsOf(name).length > 1);
    const empty = names.filter((name) => partsOf(name).length === 0);
    return several.length === 0 ? undefined : described(counts, { several, empty, partsOf });
  }
  for (const mark of ["|", ";", ","]) {
    const partsOf = (name: string): string[] => partsIn(name, mark);
    const several = names.filter((name) => name.includes(mark) && partsOf(name).length > 1);
    const uses = new Map<string, number>();
    for (const part of names.flatMap((name) => [...new Set(partsOf(name))]))
      uses.set(part, (uses.get(part) ?? 0) + 1);
    const isShared = (part: string): boolean => (uses.get(part) ?? 0) > 1;
    const isMade = (name: string): boolean =>
      mark === ","
        ? partsOf(name).every((part) => isShared(part) && !isNumberName(part))
        : partsOf(name).some(isShared);
    const made = several.filter(isMade);
    if (made.length > 0 && made.length >= several.length / 2)
      return described(counts, { several: made, empty: [], partsOf });
  }
  return undefined;
}

function partsIn(text: string, mark: string): string[] {
  return text
    .split(mark)
    .map((part) => part.trim().replace(/^(["'])(.*)\1$/, "$2"))
    .filter((part) => part !== "");
}

function described(
  counts: ReadonlyMap<string, number>,
  {
    several,
    empty,
    partsOf,
  }: {
    readonly several: readonly string[];
    readonly empty: readonly string[];
    readonly partsOf: (name: string) => readonly string[];
  },
): Combinations {
  const countOf = (name: string): number => counts.get(name) ?? 0;
  const rowsOf = (names: readonly string[]): number => names.reduce((sum, name) => sum + countOf(name), 0);
  const parts = new Map<string, number>();
  for (const name of counts.keys())
    for (const part of partsOf(name)) parts.set(part, (parts.get(part) ?? 0) + countOf(name));
  const byCount = (a: string, b: string): number => countOf(b) - countOf(a);
  return {
    rows: rowsOf(several),
    empty: rowsOf(empty),
    example: [...several].sort(byCount)[0] ?? "",
    parts: [...parts].sort(([, a], [, b]) => b - a).map(([part]) => part),
  };
}
