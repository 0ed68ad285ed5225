import { RunError } from "../../errors.ts";
import type { Dialect } from "./dialect.ts";
import { fileError, reason } from "./file-error.ts";
import type { Rows } from "./readable-table.ts";

/**
 * The rows of a sheet of an .xlsx workbook. Empty rows are left out; dates are written as 2024-01-31 or
 * 2024-01-31 12:30:00, truth as true and false.
 *
 * @throws RunError with code "data" if it is no workbook, has no such sheet, or the sheet is empty
 */
export async function xlsxRows(path: string, { sheet }: Dialect): Promise<Rows> {
  const { default: readExcelFile } = await import("read-excel-file/node");
  try {
    const sheets = await readExcelFile(path);
    const names = sheets.map((each) => each.sheet);
    const wanted = sheets.find((each) => sheet === undefined || each.sheet === sheet);
    if (wanted === undefined) {
      const expected = `a sheet "${sheet ?? ""}"`;
      throw fileError(path, { expected, got: names.join(", "), advice: "Name one of its sheets." });
    }
    const data = wanted.data.filter((row) => row.some((cell) => cell !== null));
    if (data.length === 0) {
      const part = `sheet ${wanted.sheet}`;
      throw fileError(path, {
        part,
        expected: "a table",
        got: "an empty sheet",
        advice: "Name another with --sheet.",
      });
    }
    const width = widthOf(data[0]!); // there is one
    const note = `${path}: sheet "${wanted.sheet}" is read, of ${names.join(", ")}; --sheet names another`;
    return {
      rows: textRows(data, width),
      notes: sheet === undefined && names.length > 1 ? [note] : [],
    };
  } catch (cause) {
    if (cause instanceof RunError) throw cause;
    const advice = "Save it again as .xlsx, or as .csv.";
    throw fileError(path, { expected: "an Excel workbook (.xlsx)", got: reason(cause), advice, cause });
  }
}

/** Cells up to the last that is not empty. */
function widthOf(row: readonly unknown[]): number {
  return row.findLastIndex((cell) => cell !== null) + 1;
}

// eslint-disable-next-line @typescript-eslint/require-await -- rows of other formats are read while they are written
async function* textRows(
  data: readonly (readonly unknown[])[],
  width: number,
): AsyncGenerator<readonly string[], void, undefined> {
  for (const row of data) {
    const size = Math.max(width, widthOf(row));
    yield Array.from({ length: size }, (_, i) => cellText(row[i]));
  }
}

function cellText(cell: unknown): string {
  if (typeof cell === "string") return cell;
  if (typeof cell === "number" || typeof cell === "boolean") return String(cell);
  if (!(cell instanceof Date)) return ""; // an empty cell
  const text = cell.toISOString().slice(0, 19).replace("T", " ");
  return text.endsWith(" 00:00:00") ? text.slice(0, 10) : text;
}
