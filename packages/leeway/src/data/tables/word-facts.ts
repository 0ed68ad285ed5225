import {
  dateMillis,
  dateOrders,
  type DateOrder,
  saysMissing,
  writtenNumber,
} from "../../preparation/index.ts";
import { maxExact } from "./distinct-count.ts";

/** Values that can be read in one way, and between which they lie; dates in days since 1970. */
export interface Range {
  count: number;
  min: number;
  max: number;
}

/** The values of a text column that are there and are no numbers as programs write them. */
export interface WordFacts {
  readonly count: number;
  /** Letters of the longest. */
  readonly longest: number;
  /** Of these, what says that nothing is there: "unknown", "n.a.". */
  readonly missing: number;
  /** Of these, what is neither such a word, nor a date, nor a number as people write it. */
  readonly others: number;
  /** Different words that are neither date nor number; at most {@link maxExact}. */
  readonly different: number;
  /** The most frequent of them, three at most. */
  readonly examples: readonly string[];
  /** Numbers as people write them, read with a decimal point, and with a decimal comma. */
  readonly point: Range;
  readonly comma: Range;
  /** Those that are different numbers in the two: 1,234. */
  readonly either: Range;
  /** The longest of the written numbers. */
  readonly writtenAs: string;
  readonly dates: Readonly<Record<DateOrder, Range>>;
  /** Dates with a time that is not midnight. */
  readonly times: number;
}

/** Counts the words of one column. */
export interface WordCount {
  add(word: string): void;
  facts(): WordFacts;
}

const msOfDay = 86_400_000;

/** A count that keeps the first {@link maxExact} different words, and reads the others only where those can be read. */
export function wordCount(): WordCount {
  const counts = new Map<string, number>();
  let tally = emptyTally();
  let overflow: "none" | "read" | "count" = "none";
  return {
    add: (word) => {
      const known = counts.get(word);
      if (known !== undefined) counts.set(word, known + 1);
      else if (counts.size < maxExact) counts.set(word, 1);
      else {
        if (overflow === "none") {
          const readable = [...counts.keys()].filter((each) => isReadable(sortOf(each)));
          overflow = readable.length > 0.8 * counts.size ? "read" : "count";
        }
        if (overflow === "read") take(tally, word, 1);
        else takeOther(tally, word, 1);
      }
    },
    facts: () => {
      const beyond = structuredClone(tally);
      const all = tally;
      tally = beyond; // so that facts can be asked for again
      const others: [string, number][] = [];
      for (const [word, n] of counts) if (!take(all, word, n)) others.push([word, n]);
      others.sort((a, b) => b[1] - a[1]);
      const { ymd, dmy, mdy, clock, ...rest } = all;
      const examples = others.slice(0, 3).map(([word]) => word);
      return { ...rest, dates: { ymd, dmy, mdy, clock }, different: others.length, examples };
    },
  };
}

type Tally = ReturnType<typeof emptyTally>;

function emptyTally() {
  const empty = (): Range => ({ count: 0, min: Infinity, max: -Infinity });
  return {
    ...{ count: 0, longest: 0, missing: 0, others: 0, times: 0, writtenAs: "" },
    ...{ point: empty(), comma: empty(), either: empty() },
    ...{ ymd: empty(), dmy: empty(), mdy: empty(), clock: empty() },
  };
}

/** A word as the numbers that it may be; NaN for none. Dates are milliseconds. */
interface Sort extends Record<DateOrder, number> {
  readonly point: number;
  readonly comma: number;
}

function sortOf(word: string): Sort {
  const isNone = !/\d/.test(word) || word.length > 60;
  const millis = (order: DateOrder): number => (isNone ? Number.NaN : dateMillis(word, order));
  const dates = { ymd: millis("ymd"), dmy: millis("dmy"), mdy: millis("mdy"), clock: millis("clock") };
  const [point, comma] = isNone
    ? [Number.NaN, Number.NaN]
    : [writtenNumber(word, "."), writtenNumber(word, ",")];
  return { ...dates, point, comma };
}

function isReadable(sort: Sort): boolean {
  return Object.values(sort).some((value) => !Number.isNaN(value));
}

/** @returns whether the word is a date or a number */
function take(tally: Tally, word: string, n: number): boolean {
  const sort = sortOf(word);
  if (!isReadable(sort)) {
    takeOther(tally, word, n);
    return false;
  }
  tally.count += n;
  tally.longest = Math.max(tally.longest, word.length);
  for (const order of dateOrders) widen(tally[order], sort[order] / msOfDay, n);
  const millis = dateOrders.map((order) => sort[order]).find((each) => !Number.isNaN(each));
  if (millis !== undefined) {
    if (millis % msOfDay !== 0) tally.times += n;
    return true;
  }
  widen(tally.point, sort.point, n);
  widen(tally.comma, sort.comma, n);
  widen(tally.either, sort.point === sort.comma ? Number.NaN : sort.point + 0 * sort.comma, n);
  if (word.length > tally.writtenAs.length) tally.writtenAs = word;
  return true;
}

function takeOther(tally: Tally, word: string, n: number): void {
  tally.count += n;
  tally.longest = Math.max(tally.longest, word.length);
  if (saysMissing(word)) tally.missing += n;
  else tally.others += n;
}

function widen(range: Range, value: number, n: number): void {
  if (Number.isNaN(value)) return;
  range.count += n;
  range.min = Math.min(range.min, value);
  range.max = Math.max(range.max, value);
}
