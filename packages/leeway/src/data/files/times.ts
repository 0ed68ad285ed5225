import { type Origin, rowError } from "./file-error.ts";
import type { TextColumn } from "./columns.ts";
import { dateMillis, type DateOrder } from "../../preparation/index.ts";

/** Times that were read. */
interface ReadTimes {
  /** One a row. */
  readonly values: Float64Array;
  /** Whether they are milliseconds since 1970; else numbers as the column has them. */
  readonly areDates: boolean;
}

/** The order in which dates with the year last may be written. */
type YearLast = "dmy" | "mdy";

/** A text as milliseconds since 1970, as UTC where it names no zone; NaN where it is no date. */
export function dateOf(text: string, yearLast: YearLast): number {
  const orders: readonly DateOrder[] = ["ymd", yearLast];
  const clock = orders.map((order) => dateMillis(text, order)).find((time) => !Number.isNaN(time)) ?? NaN;
  const fraction = /:\d{2}:\d{2}[.,](\d+)/.exec(text)?.[1] ?? "0";
  const [, sign, hours = "0", minutes = "0"] = /:\d{2}.*([+-])(\d{2})(?::?(\d{2}))?\s*$/.exec(text) ?? [];
  const ahead = (sign === "-" ? -1 : 1) * (60 * Number(hours) + Number(minutes));
  return clock + 1000 * Number(`0.${fraction}`) - 60_000 * ahead;
}

/** Which of both orders the dates of a column have; day first where both may be, which `isOpen` says. */
function yearLastOf(texts: readonly string[]): { readonly order: YearLast; readonly isOpen: boolean } {
  const fits = (order: YearLast): boolean => texts.every((text) => !Number.isNaN(dateOf(text, order)));
  const differs = texts.some((text) => dateOf(text, "dmy") !== dateOf(text, "mdy"));
  const [day, month] = [fits("dmy"), fits("mdy")];
  return { order: !day && month ? "mdy" : "dmy", isOpen: day && month && differs };
}

/**
 * The times in a column of text: numbers, or dates with or without a time of day (2024-01-31 12:00, 31.01.2024,
 * 01/31/2024), all read in one order of day and month.
 *
 * @throws RunError with code "data" that names the row of one that is missing or is none, or where day and month could
 *   each be the first
 */
export function timesOf(column: TextColumn, origin: (row: number) => Origin): ReadTimes {
  const { name, codes, distinct } = column;
  const expected = `a date, a time or a number in column "${name}"`;
  const empty = codes.indexOf(-1);
  if (empty !== -1) {
    const got = column.missing === 1 ? "nothing" : `nothing, as in ${column.missing} rows in all`;
    throw rowError(origin(empty), { expected, got, advice: "Fill it in, or take the row out." });
  }
  const numbers = distinct.map((text) => (text.trim() === "" ? NaN : Number(text)));
  const areNumbers = numbers.every(Number.isFinite);
  const { order, isOpen } = areNumbers ? { order: "dmy" as const, isOpen: false } : yearLastOf(distinct);
  if (isOpen) {
    const got = `"${distinct[0]!}"`; // there is a date
    const advice = "Write dates as 2024-01-31.";
    throw rowError(origin(0), {
      expected: `dates of one meaning in column "${name}"`,
      got: `${got}, where day or month may stand first`,
      advice,
    });
  }
  const values = areNumbers ? numbers : distinct.map((text) => dateOf(text, order));
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1) {
    const advice = "Write times as 2024-01-31 12:00:00, or take the row out.";
    throw rowError(origin(codes.indexOf(bad)), { expected, got: `"${distinct[bad]!}"`, advice }); // bad is a place in it
  }
  return { values: Float64Array.from(codes, (code) => values[code]!), areDates: !areNumbers }; // all codes are there
}
