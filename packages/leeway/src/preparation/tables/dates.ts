/** The orders of a date's parts: 2024-12-31, 31/12/2024, 12/31/2024, and a time of day alone, 18:30. */
export const dateOrders = ["ymd", "dmy", "mdy", "clock"] as const;

/** One of them. */
export type DateOrder = (typeof dateOrders)[number];

/** What of a date is a number. */
export const dateParts = ["days", "weekday", "hour"] as const;

const clock =
  "(?:[T ]\\s*(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,]\\d+)?)?\\s?([AaPp][Mm])?\\s?(?:Z|UTC|[+-]\\d{2}(?::?\\d{2})?)?)?";
const yearFirst = new RegExp(`^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})${clock}$`);
const yearLast = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})${clock}$`);

/**
 * A date, and a time where one is written, as milliseconds since 1970, on the clock of the place where it was written: a
 * time zone is read and left out. NaN for what is no date in that order.
 */
export function dateMillis(text: string, order: DateOrder): number {
  const plain = order === "clock" ? `1970-01-01 ${text.trim()}` : text.trim();
  if (order === "clock" && !text.includes(":")) return Number.NaN;
  const found = (order === "dmy" || order === "mdy" ? yearLast : yearFirst).exec(plain);
  if (found === null) return Number.NaN;
  const [, first, , second, third, hour = "0", minute = "0", seconds = "0", half] = found;
  const [year, month, day] = {
    ymd: [first, second, third],
    clock: [first, second, third],
    dmy: [third, second, first],
    mdy: [third, first, second],
  }[order].map(Number) as [number, number, number];
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/^p/i.test(half) ? 12 : 0);
  const date = Date.UTC(year, month - 1, day);
  const isDay = month >= 1 && month <= 12 && day >= 1 && new Date(date).getUTCDate() === day;
  const isTime = hours < 24 && Number(minute) < 60 && Number(seconds) <= 60;
  return isDay && isTime ? date + 1000 * (3600 * hours + 60 * Number(minute) + Number(seconds)) : Number.NaN;
}

/** A part of a date as a number: days since 1970 with the time as a fraction, the weekday from Monday = 0, the hour with its minutes. */
export function datePart(millis: number, part: (typeof dateParts)[number]): number {
  const days = millis / 86_400_000;
  if (part === "days") return days;
  return part === "weekday" ? (((Math.floor(days) + 3) % 7) + 7) % 7 : 24 * (days - Math.floor(days)); // 1970 began on a Thursday
}
