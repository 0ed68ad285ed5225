import { type CustomData, requireReaderOptions } from "../../catalogue/index.ts";
import { didYouMean, expected } from "../../errors.ts";
import { columnName, type Dialect, parseDialect } from "../files/dialect.ts";
import { fileError } from "../files/file-error.ts";
import { unlabelledRule } from "../files/labels.ts";
import type { TableFiles } from "../files/table-files.ts";
import type { ColumnFacts } from "./column-facts.ts";

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
  return { ...found, dialect, unlabelled: unlabelledRule(options) };
}

/** A column's use, and a note where it may surprise. */
interface ColumnRole {
  readonly facts: ColumnFacts;
  readonly role: "numeric" | "categorical" | "ignored";
  readonly note?: string;
}

/** Texts of more letters than this are sentences, not codes. */
const fewLetters = 40;

/** Categories of a column that get a vector of their own; rarer ones are unknown. */
export const maxCategories = 1000;

/**
 * Decides what each column is used as. Options come first; by default, in this order:
 *
 * - a column without values, or with a single one, is ignored;
 * - a counter or an id is ignored, since it tells a row and not its class: whole numbers that differ in each row and
 *   fill their range without a gap, or differ in (almost) each row and are called id, index or …_id;
 * - numbers, and text that holds only numbers, are numeric;
 * - text that differs in more than half of the rows (50 values or more) is ignored, numbers that are written in another
 *   way than 1234.5 among it;
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
  const roles = features.map((each): ColumnRole => {
    const { name } = each.column;
    if (options.ignore.includes(name)) return { facts: each, role: "ignored" };
    if (options.categorical.includes(name)) return { facts: each, role: "categorical" };
    if (options.numeric.includes(name)) return { facts: each, role: "numeric", ...missing(each) };
    return detected(each);
  });
  if (roles.some(({ role }) => role !== "ignored")) return roles;
  const ignored = roles.map(({ facts: { column }, note }) => note ?? `${column.name} ignored`);
  throw fileError(files.paths[0], {
    expected: `a column to learn from beside "${label}"`,
    got: [...ignored, ...listNotes(files, options)].join("; ") || "none",
    advice: "Say what columns are: --numeric a,b --categorical c.",
  });
}

/** Notes on columns of lists, which are used as embeddings alone. */
export function listNotes({ columns }: TableFiles, { ignore }: TableOptions): string[] {
  return columns
    .filter(({ name, type }) => type === "vector" && !ignore.includes(name))
    .map(({ name }) => `column "${name}" is ignored: it holds lists; --vector ${name} learns from it alone`);
}

function detected(facts: ColumnFacts): ColumnRole {
  const { column, rows, there, distinct, notNumbers, longest, writtenAs } = facts;
  const ignored = (why: string): ColumnRole => ({
    facts,
    role: "ignored",
    note: `column "${column.name}" is ignored: ${why}`,
  });
  if (there === 0) return ignored("it has no values");
  if (distinct <= 1 && there === rows) return ignored("it has one value in all rows");
  const isNumber = column.type === "number" || notNumbers === 0;
  if (isNumber)
    return isId(facts)
      ? ignored(`it numbers the rows; --numeric ${column.name} uses it`)
      : { facts, role: "numeric", ...missing(facts) };
  const looks = looksLikeNumbers(facts)
    ? `its numbers are written as "${writtenAs ?? ""}"; with digits and a decimal point alone they would be read`
    : undefined;
  if (distinct >= 50 && distinct > there / 2) {
    const use =
      longest > fewLetters
        ? `--text ${column.name} learns from it alone`
        : `--categorical ${column.name} uses it`;
    return ignored(looks ?? `about ${distinct} different texts in ${there} rows; ${use}`);
  }
  const mixed =
    looks !== undefined
      ? `column "${column.name}" is taken as categories: ${looks}`
      : notNumbers < 0.05 * there
        ? `column "${column.name}" is taken as categories: ${notNumbers} of ${there} values are no numbers; --numeric ${column.name} counts them as missing`
        : undefined;
  const many =
    distinct > 1.05 * maxCategories
      ? `column "${column.name}" has about ${distinct} categories: the ${maxCategories} commonest are used`
      : undefined;
  const note = mixed ?? many;
  return { facts, role: "categorical", ...(note !== undefined && { note }) };
}

/** Whether (almost) all of a text column's values look like numbers. */
function looksLikeNumbers({ there, notNumbers, written }: ColumnFacts): boolean {
  return written > 0 && notNumbers - written < 0.05 * there;
}

/** Whether whole numbers only number the rows. */
function isId({ column, rows, there, distinct, whole, min, max }: ColumnFacts): boolean {
  if (!whole || min === null || max === null || rows < 20) return false;
  const differs = distinct >= 0.8 * there; // few are counted to about 10 %
  const fills = there === rows && max - min + 1 === rows;
  const named =
    /^(id|idx|index|row|rowid|row_?(id|number|index)|uuid|unnamed: 0|column1)$|_id$|^id_|[a-z]Id$/i.test(
      column.name,
    );
  return differs && (fills || named);
}

/** What of a column of numbers counts as missing though something is there. */
function missing({ column, notNumbers, beyond }: ColumnFacts): { note?: string } {
  const parts = [
    ...(notNumbers === 0 ? [] : [`${notNumbers} values are no numbers`]),
    ...(beyond === 0 ? [] : [`${beyond} values are infinite or beyond 3.4e38`]),
  ];
  return parts.length === 0
    ? {}
    : { note: `column "${column.name}": ${parts.join(", ")} and count as missing` };
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
