/** What colours text. Without colours each gives its text back. */
export interface Colors {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
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

/**
 * The same rows as a Markdown table; the first one holds the headings.
 *
 * @param right the columns that are aligned to the right
 */
export function markdownTable(
  [headings = [], ...rows]: readonly (readonly string[])[],
  { right = [] }: { readonly right?: readonly number[] } = {},
): string {
  const line = (row: readonly string[]): string => `| ${row.join(" | ")} |`;
  const rule = headings.map((_, column) => (right.includes(column) ? "--:" : "---"));
  return [headings, rule, ...rows].map(line).join("\n");
}

/** A column of a table: its heading, and what it shows of a row. */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string;
  /** Of a column beside the first: begins at the same place, instead of ending there. */
  readonly left?: boolean;
}

/** How a table with headings is shown. */
export interface TableOptions {
  readonly colors: Colors;
  readonly markdown?: boolean;
}

/** A table with headings, for a terminal or as Markdown; the first column holds names, the others numbers. */
export function columnTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { colors, markdown = false }: TableOptions,
): string {
  const right = columns.flatMap(({ left = false }, i) => (i === 0 || left ? [] : [i]));
  const headings = columns.map(({ heading }) => (markdown ? heading : colors.dim(heading)));
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const table = [headings, ...cells];
  return markdown ? markdownTable(table, { right }) : renderTable(table, { right, indent: 2 });
}

/** A title, what stands below it, and notes on how to read that. */
export interface Page {
  readonly title: string;
  readonly blocks: readonly string[];
  readonly notes: readonly string[];
}

/** A page as text, for a terminal or as Markdown. */
export function renderPage(
  { title, blocks, notes }: Page,
  { colors, markdown = false }: TableOptions,
): string {
  return [
    markdown ? `## ${title}` : colors.bold(title),
    ...blocks,
    notes.map((note) => (markdown ? `- ${note}` : note)).join("\n"),
  ].join("\n\n");
}

/** The columns that a text takes, without its colours. */
export function widthOf(text: string): number {
  // eslint-disable-next-line no-control-regex -- colours are control sequences
  return Array.from(text.replace(/\u001b\[[\d;]*m/g, "")).length;
}
