import { type CustomData, requireReaderOptions } from "../../catalogue/index.ts";
import { didYouMean, expected } from "../../errors.ts";
import { tieColumns } from "../custom/read-ties.ts";
import { columnName, type Dialect, parseDialect } from "../files/dialect.ts";
import { fileError } from "../files/file-error.ts";
import { unlabelledRule } from "../files/labels.ts";
import type { TableFiles } from "../files/table-files.ts";
import { type ColumnRole, detectedRole, requestedNumeric } from "./column-detection.ts";
import type { ColumnFacts } from "./column-facts.ts";
import { noteSentences } from "../../preparation/index.ts";

/** How a table's columns are used; columns that no option names are detected. */
export interface TableOptions {
  /** Columns of numbers; what is no number in them counts as missing. */
  readonly numeric: readonly string[];
  /** Columns of categories, whatever they hold. */
  readonly categorical: readonly string[];
  /** Columns that are not looked at. */
  readonly ignore: readonly string[];
  /** How the files are written. */
  readonly dialect: Dialect;
  /** What is done about rows without a class. */
  readonly unlabelled: ReturnType<typeof unlabelledRule>;
}

/**
 * The options of a table's reader.
 *
 * @throws ArgumentError for an option that is not known, or a column that is named twice
 */
export function tableOptions({ options = {} }: Pick<CustomData, "options">): TableOptions {
  requireReaderOptions({ kind: "table", options });
  const dialect = parseDialect(options);
  const list = (name: string): readonly string[] => {
    const value = options[name] ?? [];
    if (typeof value === "string") return [columnName(value, dialect)];
    if (typeof value === "object") return value.map((column) => columnName(column, dialect));
    throw expected("table", name, "to be columns' names", value);
  };
  const found = { numeric: list("numeric"), categorical: list("categorical"), ignore: list("ignore") };
  const all = Object.values(found).flat();
  const twice = all.find((column, i) => all.indexOf(column) !== i);
  if (twice !== undefined)
    throw expected("table", "options", "to name each column once", twice, "Take it out of one list.");
  const beside = tieColumns(options).map((column) => columnName(column, dialect));
  return {
    ...found,
    ignore: [...found.ignore, ...beside.filter((column) => !all.includes(column))],
    dialect,
    unlabelled: unlabelledRule(options),
  };
}

/**
 * Decides what each column is used as. Options come first; by default, in this order:
 *
 * - a column without values, or with a single one, is ignored;
 * - a counter or an id is ignored, since it tells a row and not its class, also where its rows were sampled;
 * - numbers are numeric, as programs or as people write them, and dates; a few words among them count as missing;
 * - text that differs in more than half of the rows (50 values or more) is ignored;
 * - other text is categorical.
 *
 * @param label the name of the column of classes, which is none of these
 * @throws RunError with code "data" if an option names a column that is not there or holds lists, or no column is left
 */
export function columnRoles(
  files: TableFiles,
  facts: readonly ColumnFacts[],
  { label, options }: { readonly label: string; readonly options: TableOptions },
): ColumnRole[] {
  requireColumns(files, options, label);
  const features = facts.filter(({ column }) => column.name !== label);
  const [ignore, categorical, numeric] = [options.ignore, options.categorical, options.numeric].map(
    (names) => new Set(names),
  );
  const roles = features.map((each): ColumnRole => {
    const { name } = each.column;
    if (ignore!.has(name)) return { facts: each, role: "ignored", notes: [] }; // three lists
    if (categorical!.has(name)) return { facts: each, role: "categorical", notes: [] };
    return numeric!.has(name) ? requestedNumeric(each) : detectedRole(each);
  });
  if (roles.some(({ role }) => role !== "ignored")) return roles;
  const silent = roles
    .filter(({ notes }) => notes.length === 0)
    .map(({ facts }) => `${facts.column.name} ignored`);
  const ignored = [...roleNotes(roles), ...silent.slice(0, 20)];
  throw fileError(files.paths[0], {
    expected: `a column to learn from beside "${label}"`,
    got: [...ignored, ...listNotes(files, options)].join("; ") || "none",
    advice: "Say what columns are: --numeric a,b --categorical c.",
  });
}

/** What may surprise in how columns are used, a sentence each. */
export function roleNotes(roles: readonly ColumnRole[]): string[] {
  return noteSentences(roles.flatMap(({ notes }) => notes));
}

/** Notes on columns of lists, which are used as embeddings alone. */
export function listNotes({ columns }: TableFiles, { ignore }: TableOptions): string[] {
  return columns
    .filter(({ name, type }) => type === "vector" && !ignore.includes(name))
    .map(({ name }) => `column "${name}" is ignored: it holds lists; --vector ${name} learns from it alone`);
}

function requireColumns(
  files: TableFiles,
  { numeric, categorical, ignore }: TableOptions,
  label: string,
): void {
  const names = files.columns.map(({ name }) => name);
  const list = files.columns.find(
    ({ name, type }) => type === "vector" && [...numeric, ...categorical].includes(name),
  );
  if (list !== undefined) {
    throw fileError(files.paths[0], {
      expected: `one value a row in column "${list.name}"`,
      got: "lists",
      advice: `--vector ${list.name} learns from it alone.`,
    });
  }
  const stray = [...numeric, ...categorical, ...ignore].find(
    (name) => !names.includes(name) || name === label,
  );
  if (stray === undefined) return;
  throw fileError(files.paths[0], {
    expected: `a column "${stray}" to use`,
    got: stray === label ? "the column of classes" : `columns ${names.slice(0, 20).join(", ")}`,
    advice: stray === label ? "Take it out of the list." : didYouMean(stray, names),
  });
}
