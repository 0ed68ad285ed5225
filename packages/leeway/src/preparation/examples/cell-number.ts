import { datePart } from "../tables/dates.ts";
import { isMissingNumber, saysMissing } from "../tables/missing.ts";
import { type NumberReading, readNumber } from "../tables/number-reading.ts";
import { plainNumber } from "../tables/plain-number.ts";
import type { DecimalMark } from "../tables/written-number.ts";

/** How the values of a column are numbers. */
export interface CellReading {
  readonly reading: NumberReading | undefined;
  /** The mark of numbers as programs write them. */
  readonly decimal: DecimalMark;
}

/**
 * The number of a value that a program gives; NaN where it is missing, or says so ("NA", "unknown"), undefined for what
 * is none. Texts are read as those of a file.
 */
export function cellNumber(value: unknown, { reading, decimal }: CellReading): number | undefined {
  if (value === null || value === undefined) return Number.NaN;
  const isDate = reading?.kind === "date";
  if (value instanceof Date) {
    const millis = value.getTime();
    return !isDate || Number.isNaN(millis) ? undefined : datePart(millis, reading.part);
  }
  if (typeof value === "bigint") return isDate ? undefined : Number(value);
  if (typeof value === "number") return isDate || !Number.isFinite(value) ? undefined : value;
  if (typeof value !== "string") return undefined;
  const number = readNumber(reading, plainNumber(value, decimal), () => value);
  if (!Number.isNaN(number)) return number;
  return isMissingNumber(value) || saysMissing(value.trim()) ? Number.NaN : undefined;
}
