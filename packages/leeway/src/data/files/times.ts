import { type Origin, rowError } from "./file-error.ts";
import type { TextColumn } from "./columns.ts";

/** Times that were read. */
interface ReadTimes {
  /** One a row. */
  readonly values: Float64Array;
  /** Whether they are milliseconds since 1970; else numbers as the column has them. */
  readonly areDates: boolean;
}

const clock =
  "(?:[T ]+(\\d{1,2}):(\\d{2})(?::(\\d{2}(?:[.,]\\d+)?))?\\s*([AaPp][Mm])?\\s*(Z|UTC|[+-]\\d{2}:?\\d{2})?)?";
const yearFirst = new RegExp(`^(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})${clock}$`);
const yearLast = new RegExp(`^(\\d{1,2})[-/.](\\d{1,2})[-/.](\\d{4})${clock}$`);
const named = new RegExp(
  `^(?:(\\d{1,2})[ -])?([A-Za-z]{3})[a-z]*\\.?[ -](?:(\\d{1,2}),? )?(\\d{4})${clock}$`,
);
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** What stands first in dates such as 03/04/2024. */
type DayOrder = "day" | "month";

/** A text as milliseconds since 1970 (where it names no zone, as UTC); undefined where it is no date. */
export function dateOf(text: string, order: DayOrder): number | undefined {
  const trimmed = text.trim();
  const first = yearFirst.exec(trimmed);
  if (first !== null) return dateFrom([first[1], first[2], first[3]], first.slice(4));
  const last = yearLast.exec(trimmed);
  if (last !== null) {
    const [day, month] = order === "day" ? [last[1], last[2]] : [last[2], last[1]];
    return dateFrom([last[3], month, day], last.slice(4));
  }
  const found = named.exec(trimmed);
  const month = months.indexOf(found?.[2]?.toLowerCase() ?? "") + 1;
  if (found === null || month === 0) return undefined;
  return dateFrom([found[4], String(month), found[1] ?? found[3] ?? "1"], found.slice(5));
}

function dateFrom(
  date: readonly (string | undefined)[],
  [hour = "0", minute = "0", second = "0", half, zone]: readonly (string | undefined)[],
): number | undefined {
  const [year = 0, month = 0, day = 0] = date.map(Number);
  const seconds = Number(second.replace(",", "."));
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  const midnight = Date.UTC(year, month - 1, day);
  const real = new Date(midnight);
  if (real.getUTCMonth() !== month - 1 || real.getUTCDate() !== day) return undefined; // the 31st of February
  if (hours > 24 || Number(minute) > 59 || seconds >= 61) return undefined;
  const offset = zone === undefined || /^(Z|UTC)$/.test(zone) ? 0 : zoneMinutes(zone);
  return midnight + (hours * 60 + Number(minute) - offset) * 60_000 + seconds * 1000;
}

function zoneMinutes(zone: string): number {
  const minutes = 60 * Number(zone.slice(1, 3)) + Number(zone.slice(-2));
  return zone.startsWith("-") ? -minutes : minutes;
}

/** What stands first in dates with the year last; day where both may, which `isOpen` says. */
export function dayOrder(texts: readonly string[]): { readonly order: DayOrder; readonly isOpen: boolean } {
  const dates = texts.flatMap((text) => yearLast.exec(text.trim()) ?? []);
  if (dates.length === 0) return { order: "day", isOpen: false };
  const fits = (order: DayOrder): boolean => texts.every((text) => dateOf(text, order) !== undefined);
  const [day, month] = [fits("day"), fits("month")];
  return { order: !day && month ? "month" : "day", isOpen: day && month };
}

/**
 * The times in a column of text: numbers, or dates with or without a time of day (2024-01-31 12:00, 31.01.2024,
 * 01/31/2024, 31 Jan 2024), all read in one order of day and month.
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
  const { order, isOpen } = dayOrder(distinct);
  if (isOpen) {
    const got = `"${distinct[0]!}"`; // there is a date
    const advice = "Write dates as 2024-01-31.";
    throw rowError(origin(0), {
      expected: `dates of one meaning in column "${name}"`,
      got: `${got}, where day or month may stand first`,
      advice,
    });
  }
  const values = areNumbers ? numbers : distinct.map((text) => dateOf(text, order) ?? NaN);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1) {
    const advice = "Write times as 2024-01-31 12:00:00, or take the row out.";
    throw rowError(origin(codes.indexOf(bad)), { expected, got: `"${distinct[bad]!}"`, advice }); // bad is a place in it
  }
  return { values: Float64Array.from(codes, (code) => values[code]!), areDates: !areNumbers }; // all codes are there
}
