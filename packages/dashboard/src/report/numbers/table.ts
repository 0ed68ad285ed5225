import { count, percent, signed } from "../../../../leeway/src/report/words.ts";

/** A table of numbers behind a figure: as rows, as CSV and in the page. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface Column {
  readonly name: string;
  /** How the page writes it; text stands left. */
  readonly as: "text" | "count" | "percent" | "points" | "number";
}

/** Null for what there is not. */
export type Cell = string | number | null;

/** A cell as the page writes it. */
export function cellText(cell: Cell | undefined, as: Column["as"]): string {
  if (cell === null || cell === undefined || (typeof cell === "number" && Number.isNaN(cell))) return "–";
  if (typeof cell === "string") return cell;
  if (as === "percent") return percent(cell);
  if (as === "points") return signed(100 * cell, 1);
  return as === "count" ? count(cell) : plainNumber(cell);
}

/** A number with three significant digits, without an exponent where it needs none. */
export function plainNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return count(value);
  const text = Math.abs(value) >= 1000 ? count(value) : String(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}

/**
 * A table as CSV, as of RFC 4180. A text that a spreadsheet would run as a formula begins with an apostrophe.
 *
 * @source OWASP, "CSV injection"
 */
export function csvOf({ columns, rows }: Table): string {
  const lines = [columns.map(({ name }) => name), ...rows];
  return `${lines.map((line) => line.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

function csvCell(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
