import pc from "picocolors";

/** Colours for what goes to `stream`: none in a pipe, a file or with `NO_COLOR`; always with `FORCE_COLOR`. */
export function colorsFor(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  return pc.createColors((stream.isTTY && !process.env["NO_COLOR"]) || Boolean(process.env["FORCE_COLOR"]));
}

/** Colours as `colorsFor` gives them. */
export type Colors = ReturnType<typeof colorsFor>;

/** A fraction in per cent, `74.8 %`; a dash where there is none. */
export function percent(fraction: number | null, { digits = 1 } = {}): string {
  return fraction === null ? "–" : `${(100 * fraction).toFixed(digits)} %`;
}

/** A difference of two fractions in percentage points, `+8.5`; a dash where one is missing. */
export function pointsBetween(from: number | null, to: number | null): string {
  if (from === null || to === null) return "–";
  const points = (100 * (to - from)).toFixed(1);
  return Number(points) === 0 ? "0.0" : Number(points) > 0 ? `+${points}` : points.replace("-", "−");
}

/** A number of things, with its thousands apart: `11,166`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A number of things with their name, which gets its plural: `1 class`, `3 classes`. */
export function counted(value: number, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Words as a sentence that a terminal can show, with a full stop where nothing else ends it. */
export function sentence(words: string): string {
  return printable(/[.?!]$/.test(words) ? words : `${words}.`);
}

/**
 * A text with names from data in it: a terminal would obey their control characters, and those that turn the direction
 * of writing. What joins letters in scripts such as Persian's stays.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu, "?");
}

/** The most letters of a class's name that a terminal is shown. */
const mostLetters = 40;

/** A class's name for a terminal: without control characters, and cut off where it would push a table apart. */
export function shownName(name: string): string {
  const letters = Array.from(printable(name));
  return letters.length <= mostLetters ? letters.join("") : `${letters.slice(0, mostLetters - 1).join("")}…`;
}

/** A path as it is pasted into a shell. */
export function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** A time as on a clock: `0:07`, `12:34`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/**
 * Rows as lines, their columns aligned and two spaces apart.
 *
 * @param rows   all of the same length
 * @param right  the columns that end at the same place instead of beginning there
 * @param indent spaces before each line
 */
export function renderTable(
  rows: readonly (readonly string[])[],
  { right = [], indent = 0 }: { readonly right?: readonly number[]; readonly indent?: number } = {},
): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ""))),
  );
  const cell = (text: string, column: number): string => {
    const gap = " ".repeat(widths[column]! - widthOf(text)); // column < widths.length, as rows are of one length
    return right.includes(column) ? gap + text : text + gap;
  };
  return rows.map((row) => (" ".repeat(indent) + row.map(cell).join("  ")).trimEnd()).join("\n");
}

/** The columns that a text takes, without its colours. */
export function widthOf(text: string): number {
  // eslint-disable-next-line no-control-regex -- colours are control sequences
  return Array.from(text.replace(/\u001b\[[\d;]*m/g, "")).length;
}
