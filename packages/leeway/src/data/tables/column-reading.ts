import type { ColumnFacts } from "./column-facts.ts";
import { dateOrders, dateParts, type NumberReading } from "../../preparation/index.ts";
import type { Range } from "./word-facts.ts";

/** Numbers that a column gives: one, or some of each date. */
export interface ReadNumbers {
  /** How each is read; undefined for numbers as programs write them. */
  readonly readings: readonly (NumberReading | undefined)[];
  /** Values that are there and are none: they count as missing. */
  readonly unread: number;
}

/** Why a column of texts is not numbers, though it looks so; undefined where it does not. */
export type Doubt = "dates" | "decimals" | undefined;

/** Words that are at most this part of the values do not make a column of numbers one of categories. */
const maxWords = 0.05;
/** So do as many different ones. */
const maxDifferent = 10;

/**
 * How a column is read as numbers: as programs write them, as dates, or as people write numbers, where (almost) all its
 * values agree. A few words, and all that say that nothing is there, count as missing.
 *
 * @returns where it is none, what may be meant
 */
export function numbersOf(facts: ColumnFacts): ReadNumbers | { readonly doubt: Doubt } {
  const { words, there, numbers, beyond, column } = facts;
  const valued = there - words.missing;
  const plain = { readings: [undefined], unread: words.count };
  if (column.type === "number" || (words.count === words.missing && numbers + beyond > 0)) return plain;
  const isAlmostAll = (count: number): boolean => count > 0 && valued - count <= maxWords * valued;
  const dates = dateOrders.filter((order) => isAlmostAll(words.dates[order].count));
  const most = Math.max(...dates.map((order) => words.dates[order].count));
  const likely = dates.filter((order) => words.dates[order].count === most);
  if (likely.length > 1) return { doubt: "dates" };
  if (likely[0] !== undefined) {
    const isClock = likely[0] === "clock";
    const parts = dateParts.filter((part) => (part === "hour" ? isClock || words.times > 0 : !isClock));
    return {
      readings: parts.map((part): NumberReading => ({ kind: "date", order: likely[0]!, part })), // it is there
      unread: there - most,
    };
  }
  const marks = ([".", ","] as const).filter((decimal) => {
    const read = decimal === "." ? words.point.count : words.comma.count;
    return read > 0 && isAlmostAll(numbers + read) && agrees(facts, decimal);
  });
  if (marks.length === 1)
    return {
      readings: [{ kind: "written", decimal: marks[0]! }], // it is there
      unread: words.count - (marks[0] === "." ? words.point.count : words.comma.count),
    };
  if (words.either.count > 0 && isAlmostAll(numbers + words.point.count)) return { doubt: "decimals" };
  const isFew = words.others <= maxWords * valued && words.different <= maxDifferent;
  return isFew && numbers > 0 ? plain : { doubt: undefined };
}

/** Whether a decimal mark is the only one that fits what is written. */
function agrees({ words, whole, min, max, numbers, column }: ColumnFacts, decimal: "." | ","): boolean {
  const { point, comma, either } = words;
  if (column.decimal === ",") return decimal === ",";
  if (decimal === ",") return comma.count > point.count && comma.count > either.count && whole; // 3.14 beside 3,14 is no agreement
  if (comma.count > point.count) return false;
  // $5 is the same number in both; of 1,234 alone, a smaller number beside it tells that thousands are apart.
  return either.count === 0 || point.count > comma.count || isBelowThousand({ numbers, whole, min, max });
}

function isBelowThousand(facts: Pick<ColumnFacts, "numbers" | "whole" | "min" | "max">): boolean {
  const { numbers, whole, min, max } = facts;
  return numbers > 0 && whole && min !== null && max !== null && min > -1000 && max < 1000;
}

/** The smallest and largest number that a column gives; infinities for none. */
export function rangeOf({ min, max, words }: ColumnFacts, reading: NumberReading | undefined): Range {
  const plain = { count: 1, min: min ?? Infinity, max: max ?? -Infinity };
  if (reading === undefined) return plain;
  if (reading.kind === "date")
    return reading.part === "days" ? words.dates[reading.order] : { count: 1, min: 0, max: 24 };
  const written = reading.decimal === "." ? words.point : words.comma;
  return {
    count: written.count,
    min: Math.min(plain.min, written.min),
    max: Math.max(plain.max, written.max),
  };
}
