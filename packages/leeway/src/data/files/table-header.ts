import { didYouMean } from "../../errors.ts";
import { type Dialect, spaces } from "./dialect.ts";
import { fileError } from "./file-error.ts";
import { type LineRules, linesOf, valuesIn } from "./text-lines.ts";

/** How the text of a CSV file is laid out. */
export interface Layout extends LineRules {
  /** What its columns are called. */
  readonly names: readonly string[];
  /** Whether a line of it has the names. */
  readonly header: boolean;
  /** Lines above that, such as Excel's sep=; */
  readonly skip: number;
}

/** Delimiters in the order in which they are tried: the one that stands most often in the first line wins. */
const common = [",", ";", "\t", "|"];
/** Those that are tried where the first line has none of these, and all sampled lines agree. */
const rare = ["^", "~", "\u0001", "\u001f", "¦", "§", ":"];
/** Lines that are looked at. */
const sampled = 30;

/**
 * Reads the layout of a CSV file from its first lines. The delimiter is the one of , ; tab | that stands most often in
 * the first line outside quotes, or else one of them that all lines have equally often; a tab in a .tsv file; where none
 * stands in the first line, a rare one, or spaces, that all lines have equally often. A column without a name is called column1, column2, … by its place.
 *
 * The first line is taken as the header unless the dialect says otherwise: whether it is one cannot be told from text
 * columns alone.
 *
 * @throws RunError with code "data" if the file is empty, begins with comments, or a name comes twice
 */
export function readLayout(path: string, start: string, dialect: Dialect): Layout {
  const { quote = '"', comment, header = true } = dialect;
  const rules = { delimiter: dialect.delimiter ?? ",", quote };
  const all = linesOf(start, rules).slice(0, 4 * sampled);
  const marked = /^"?sep=(.|\\t)"?$/i.exec(all[0] ?? "")?.[1];
  const isRemark = (text: string): boolean => comment !== undefined && text.startsWith(comment);
  const isAbove = (text: string, i: number): boolean => (i === 0 && marked !== undefined) || isRemark(text);
  const skip = Math.max(
    0,
    all.findIndex((text, i) => !isAbove(text, i)),
  );
  const lines = all.slice(skip).filter((text) => !isRemark(text));
  const [line = ""] = lines;
  if (line.trim() === "") throw nothingThere(path, start);
  const sample = lines.filter((each) => each.trim() !== "").slice(0, sampled);
  if (comment === undefined && dialect.delimiter === undefined) refuseRemarks(path, sample, quote);
  const byName = /\.(tsv|tab)(\.\w+)?$/i.test(path) ? "\t" : undefined;
  const delimiter =
    dialect.delimiter ??
    (marked === "\\t" ? "\t" : marked) ??
    byName ??
    delimiterOf(sample, { quote, header });
  const values = valuesIn(line, { delimiter, quote });
  const names = header ? named(values) : values.map((_, i) => `column${i + 1}`);
  requireDifferent(path, names);
  return { names, header, skip, delimiter, quote };
}

function nothingThere(path: string, start: string): Error {
  const got = start.length === 0 ? "an empty file" : "an empty first line";
  return fileError(path, {
    expected: "a first line with the columns' names",
    got,
    advice: "Add the header.",
  });
}

/** The columns that a header names. */
export function namesIn(line: string): string[] {
  return named(valuesIn(line, { delimiter: commonest(line, '"'), quote: '"' }));
}

function named(values: readonly string[]): string[] {
  return values.map((name, i) => (name.trim() === "" ? `column${i + 1}` : name.trim()));
}

function delimiterOf(
  sample: readonly string[],
  { quote, header }: { readonly quote: string; readonly header: boolean },
): string {
  const [line = "", ...more] = sample;
  const found = commonest(line, quote);
  const counts = (delimiter: string): number[] =>
    sample.map((each) => valuesIn(each, { delimiter, quote }).length);
  const agrees = (delimiter: string): boolean => {
    const [first = 1, ...others] = counts(delimiter);
    return first > 1 && others.length > 0 && others.every((count) => count === first);
  };
  // The first line may be a text with commas, or numbers with decimal ones.
  if (!agrees(found)) {
    const other = common.find(agrees);
    if (other !== undefined) return other;
  }
  // Without a header, 1,5;2,5 has as many decimal commas as values.
  if (!header && found === "," && agrees(";") && /^[^,]*(\d,\d+[^,]*)+$/.test(line)) return ";";
  if (valuesIn(line, { delimiter: found, quote }).length > 1 || more.length === 0) return found;
  return [...rare, spaces].find(agrees) ?? found;
}

/** Refuses comments above the header: lines that begin with # or % and are not as wide as the line that follows. */
function refuseRemarks(path: string, sample: readonly string[], quote: string): void {
  const mark = /^(#|%|\/\/)/.exec(sample[0] ?? "")?.[1];
  if (mark === undefined) return;
  const below = sample.find((line) => !line.startsWith(mark));
  if (below === undefined) return;
  const delimiter = delimiterOf([below, ...sample.filter((line) => !line.startsWith(mark))], {
    quote,
    header: true,
  });
  const widthOf = (line: string): number => valuesIn(line, { delimiter, quote }).length;
  if (widthOf(sample[0]!) === widthOf(below)) return; // it has a mark
  throw fileError(path, {
    part: "line 1",
    expected: "the columns' names",
    got: `"${sample[0]!.slice(0, 60)}"`,
    advice: `If lines that begin with ${mark} are comments, leave them out with --comment '${mark}'.`,
  });
}

/**
 * What to do about columns of such names besides what else is advised: nothing, or to say that there is no header, since
 * a number is no name.
 */
export function headerAdvice(names: readonly string[]): string {
  return names.some(isNumberName)
    ? " If the first line is data, say --no-header: columns are then column1, column2, …"
    : "";
}

/** Whether a name is a number, as of a first line that is data. */
export function isNumberName(name: string): boolean {
  return name !== "" && Number.isFinite(Number(name.replace(",", ".")));
}

/**
 * A note on names that are numbers, at least half of them, as of a first line that is data. Names that only rise or only
 * fall, as wavelengths and years do, are names.
 */
export function headerNotes({ path, layout }: { readonly path: string; readonly layout?: Layout }): string[] {
  if (layout?.header !== true) return [];
  const numbers = layout.names.filter(isNumberName);
  const steps = numbers.slice(1).map((name, i) => Math.sign(Number(name) - Number(numbers[i])));
  if (numbers.length < 2 || numbers.length < layout.names.length / 2) return [];
  if (steps.every((step) => step === steps[0] && step !== 0)) return [];
  const shown = numbers.slice(0, 3).join(", ");
  return [`${path}: the first line looks like data (columns ${shown}, …): if it is, say --no-header`];
}

/** Refuses names that are the same, or would be to DuckDB, which does not tell a from A. */
function requireDifferent(path: string, names: readonly string[]): void {
  const plain = names.map((name) => name.toLowerCase());
  const seen = new Map<string, number>();
  const again = plain.findIndex((name, i) => {
    if (seen.has(name)) return true;
    seen.set(name, i);
    return false;
  });
  if (again === -1) return;
  const [name, first] = [names[again]!, names[seen.get(plain[again]!)!]!]; // both are there
  throw fileError(path, {
    expected: "each column's name once, whatever its case",
    got: name === first ? `"${name}" twice` : `"${first}" and "${name}"`,
    advice: `Rename one of them.${headerAdvice(names)}`,
  });
}

/** Refuses a file whose columns are not those of the first. */
export function requireSameHeader(
  path: string,
  { names: got }: Pick<Layout, "names">,
  first: { readonly path: string; readonly names: readonly string[] },
): void {
  const wanted = first.names;
  const place = wanted.findIndex((name, i) => got[i] !== name);
  if (place === -1 && wanted.length === got.length) return;
  const at = place === -1 ? wanted.length : place;
  throw fileError(path, {
    expected: `the columns of ${first.path} in the same order, its column ${at + 1} ${wanted[at] === undefined ? "being none" : `"${wanted[at]}"`}`,
    got: got[at] === undefined ? "none" : `"${got[at]}"`,
    advice:
      wanted[at] !== undefined && got.includes(wanted[at])
        ? "Put the columns in one order."
        : didYouMean(got[at] ?? "", wanted),
  });
}

function commonest(line: string, quote: string): string {
  const counts = common.map((delimiter) => valuesIn(line, { delimiter, quote }).length);
  return common[counts.indexOf(Math.max(...counts))]!; // the counts are as many as the delimiters
}
