import { z } from "zod";
import { decimalMarks } from "../../catalogue/index.ts";
import { dateMillis, dateOrders, datePart, dateParts } from "./dates.ts";
import { writtenNumber } from "./written-number.ts";

/** How a column's values are numbers where they are not written as programs do; kept with a run. */
export const numberReadingSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("written"), decimal: z.enum(decimalMarks) }).readonly(),
  z.strictObject({ kind: z.literal("date"), order: z.enum(dateOrders), part: z.enum(dateParts) }).readonly(),
]);

/** See {@link numberReadingSchema}. */
export type NumberReading = z.infer<typeof numberReadingSchema>;

/** The largest number that float32 holds: what is larger counts as missing. */
export const maxFloat32 = 3.4028234663852886e38;

/**
 * The number of a cell.
 *
 * @param number what it is as a program writes numbers; NaN for none
 * @param text   of the cell; read where that is needed
 */
export function readNumber(
  reading: NumberReading | undefined,
  number: number,
  text: () => string | null,
): number {
  if (reading === undefined) return number;
  if (reading.kind === "date") {
    const written = Number.isNaN(number) ? text() : null;
    return written === null ? Number.NaN : datePart(dateMillis(written, reading.order), reading.part);
  }
  if (reading.decimal === "." && !Number.isNaN(number)) return number; // with a comma, 1.234 is a thousand
  const value = writtenNumber(text() ?? "", reading.decimal);
  return Number.isNaN(value) ? number : value;
}
