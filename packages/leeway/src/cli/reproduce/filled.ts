import type { NumberSummary } from "../../analysis/index.ts";
import type { FilledCell } from "../../experiments/index.ts";
import { methodTitle } from "../result.ts";
import { type Colors, renderTable } from "../terminal.ts";

/** A filled table for a person: a block for each column, the paper's number beside ours. */
export function renderFilled(cells: readonly FilledCell[], colors: Colors): string {
  return blocks(cells, ({ title, name, rows }) => {
    const head = headings.map((text) => colors.dim(text));
    const table = renderTable([head, ...rows], { right: [1, 2, 3, 4], indent: 2 });
    return `${colors.bold(title)}  ${colors.dim(name)}\n${table}`;
  });
}

/** The same as Markdown. */
export function markdownFilled(cells: readonly FilledCell[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(" | ")} |`;
  return blocks(cells, ({ title, rows }) => {
    const rule = "| --- | --: | --: | --: | --: |";
    return [`### ${title}`, "", line(headings), rule, ...rows.map(line)].join("\n");
  });
}

/** A filled cell for a program: numbers in per cent, differences in percentage points. */
export function jsonFilled({ column, ...cell }: FilledCell): Record<string, unknown> {
  return { column: column.name, ...cell };
}

const headings = ["top-1 error, %", "paper", "ours", "difference", "n"] as const;

interface Block {
  readonly title: string;
  readonly name: string;
  readonly rows: readonly string[][];
}

function blocks(cells: readonly FilledCell[], render: (block: Block) => string): string {
  const columns = [...new Set(cells.map(({ column }) => column))];
  return columns
    .map((column) => {
      const rows = cells.filter((cell) => cell.column === column).map(rowOf);
      return render({ title: column.title, name: column.name, rows });
    })
    .join("\n\n");
}

function rowOf(cell: FilledCell): string[] {
  const { paper, ours } = cell;
  return [
    methodTitle(cell),
    paper === null ? "–" : paper.toFixed(2),
    ours === null ? "–" : spread(ours),
    cell.difference === null ? "–" : signed(cell.difference),
    String(ours?.n ?? 0),
  ];
}

/** `23.10 ± 0.42`: the mean and the sample's deviation, where there is one. */
function spread({ mean, deviation }: NumberSummary): string {
  return deviation === null ? mean.toFixed(2) : `${mean.toFixed(2)} ± ${deviation.toFixed(2)}`;
}

function signed(points: number): string {
  const text = Math.abs(points).toFixed(2);
  return Number(text) === 0 ? text : `${points > 0 ? "+" : "−"}${text}`;
}
