import type { ColumnFacts } from "./column-facts.ts";
import type { ColumnNote } from "../../preparation/index.ts";
import { type Doubt, numbersOf, type ReadNumbers } from "./column-reading.ts";
import { maxExact } from "./distinct-count.ts";

/** A column's use, and notes where it may surprise. */
export interface ColumnRole {
  readonly facts: ColumnFacts;
  readonly role: "numeric" | "categorical" | "ignored";
  /** How its numbers are read; undefined where it is not numeric. */
  readonly numbers?: ReadNumbers;
  readonly notes: readonly ColumnNote[];
}

/** Texts of more letters than this are sentences, not codes. */
const fewLetters = 40;

/** Categories of a column that get a vector of their own; rarer ones are unknown. */
export const maxCategories = maxExact;

/** What a column is used as that no option names; the rules are those of `columnRoles`. */
export function detectedRole(facts: ColumnFacts): ColumnRole {
  const { column, rows, there, distinct, words } = facts;
  const ignored = (one: string, many: string): ColumnRole => ({
    ...{ facts, role: "ignored" },
    notes: [{ column: column.name, one: ` is ignored: ${one}`, many: ` are ignored: ${many}` }],
  });
  if (there === 0) return ignored("it has no values", "they have no values");
  if (distinct <= 1 && there === rows)
    return ignored("it has one value in all rows", "they have one value in all rows");
  const found = numbersOf(facts);
  if ("readings" in found) {
    const isPlain = found.readings[0] === undefined;
    if (isPlain && numbersRows(facts))
      return ignored(`it numbers the rows; --numeric ${column.name} uses it`, "they number the rows");
    return numericRole(facts, found);
  }
  const doubt = doubtText(found.doubt, facts);
  if (distinct >= 50 && distinct > there / 2) {
    if (doubt !== undefined) return ignored(doubt, doubt);
    const use =
      words.longest > fewLetters
        ? `--text ${column.name} learns from it alone`
        : `--categorical ${column.name} uses it`;
    const texts = `about ${distinct} different texts in ${there} rows; ${use}`;
    return ignored(texts, "they have different texts in most rows");
  }
  return { facts, role: "categorical", notes: categoryNotes(facts, doubt) };
}

/** A column of numbers, with what of it counts as missing or may stand for it, and how it is read. */
export function numericRole(facts: ColumnFacts, numbers: ReadNumbers): ColumnRole {
  return {
    facts,
    role: "numeric",
    numbers,
    notes: [...readingNotes(facts, numbers), ...missingNotes(facts, numbers)],
  };
}

/** A column used as numbers because an option says so, whatever it holds. */
export function requestedNumeric(facts: ColumnFacts): ColumnRole {
  const found = numbersOf(facts);
  return numericRole(
    facts,
    "readings" in found ? found : { readings: [undefined], unread: facts.words.count },
  );
}

function readingNotes(
  { column: { name }, words }: ColumnFacts,
  { readings: [reading] }: ReadNumbers,
): ColumnNote[] {
  if (reading === undefined) return [];
  if (reading.kind === "written") {
    const comma = reading.decimal === "," ? ", a comma before the fraction" : "";
    const one = ` is read as numbers, written as "${words.writtenAs}"${comma}`;
    return [{ column: name, one, many: ` are read as numbers as people write them${comma}` }];
  }
  if (reading.order === "clock") {
    const said = "times of day, used as hours";
    return [{ column: name, one: ` holds ${said}; --ignore ${name} leaves it out`, many: ` hold ${said}` }];
  }
  const order = { ymd: "", dmy: ", day before month", mdy: ", month before day" }[reading.order];
  const parts = words.times > 0 ? "days since 1970, weekday and hour" : "days since 1970 and weekday";
  const said = `${order}, used as ${parts}`;
  return [
    { column: name, one: ` holds dates${said}; --ignore ${name} leaves it out`, many: ` hold dates${said}` },
  ];
}

/** What of a column of numbers counts as missing though something is there, and what may have to. */
function missingNotes(
  { column: { name }, words, beyond, sentinel }: ColumnFacts,
  { unread }: ReadNumbers,
): ColumnNote[] {
  const examples = words.examples.map((word) => `"${word.slice(0, 20)}"`).join(", ");
  const are = unread === 1 ? "1 value is no number" : `${unread} values are no numbers`;
  const parts = [
    ...(unread === 0 ? [] : [`${are}${examples === "" ? "" : ` (${examples})`}`]),
    ...(beyond === 0
      ? []
      : [`${beyond} ${beyond === 1 ? "value is" : "values are"} infinite or beyond 3.4e38`]),
  ];
  const notes: ColumnNote[] = [];
  if (parts.length > 0) {
    const counts = unread + beyond === 1 ? "counts" : "count";
    const use = unread === 0 ? "" : `; --categorical ${name} uses ${unread === 1 ? "it" : "them"}`;
    const one = `: ${parts.join(", ")} and ${counts} as missing${use}`;
    notes.push({ column: name, one, many: " have values that are no finite numbers and count as missing" });
  }
  if (sentinel !== undefined) {
    const { value, count } = sentinel;
    const may = `${value} lies far from all other values: if it stands for a missing one, leave those cells empty`;
    notes.push({ column: name, one: `: ${may} (${count} rows)`, many: `: ${may}` });
  }
  return notes;
}

function categoryNotes(
  { column: { name }, there, distinct, numbers, words }: ColumnFacts,
  doubt: string | undefined,
): ColumnNote[] {
  const taken = " is taken as categories: ";
  const many = " are taken as categories: ";
  if (doubt !== undefined) return [{ column: name, one: taken + doubt, many: many + doubt }];
  const wordless = words.count - words.missing;
  if (numbers > there / 2) {
    const what = "values are no numbers";
    const one = `${taken}${wordless} of ${there} ${what}; --numeric ${name} counts them as missing`;
    return [{ column: name, one, many: `${many}some ${what}; --numeric counts them as missing` }];
  }
  if (distinct <= 1.05 * maxCategories) return [];
  const used = `the ${maxCategories} commonest are used`;
  return [
    {
      column: name,
      one: ` has about ${distinct} categories: ${used}`,
      many: ` have more categories: ${used}`,
    },
  ];
}

/** Why a column that looks like numbers or dates is none. */
function doubtText(doubt: Doubt, { words }: ColumnFacts): string | undefined {
  if (doubt === "dates") return "its dates may begin with the day or the month; 2024-12-31 would be read";
  if (doubt === "decimals")
    return `"${words.writtenAs}" may be a thousand or a fraction; --decimal , or numbers without thousands apart tell`;
  return undefined;
}

const rowNames =
  /^(id|idx|index|row|rowid|row_?(id|number|index)|uuid|unnamed: 0|column1)$|_id$|^id_|[a-z]Id$/i;

/**
 * Whether whole numbers only number the rows: those of a column that is called so and that (almost) all differ; and those
 * that all differ though, drawn at random from their range R, n²/2R pairs of them would be the same and that is ten or
 * more. So does a counter, whole or of a sample of rows.
 */
function numbersRows({ column, rows, there, distinct, whole, min, max, differ }: ColumnFacts): boolean {
  if (!whole || min === null || max === null || rows < 20) return false;
  return differ || (distinct >= 0.8 * there && rowNames.test(column.name));
}
