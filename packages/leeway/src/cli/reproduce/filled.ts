import type { Comparison, NumberSummary } from "../../analysis/index.ts";
import type { FilledCell } from "../../experiments/index.ts";
import { methodTitle } from "../recipe-words.ts";
import { type Colors, renderTable } from "../../report/index.ts";

/** A filled table for a person: a block for each column, the paper's number beside ours. */
export function renderFilled(cells: readonly FilledCell[], colors: Colors): string {
  return blocks(cells, ({ title, name, headings, rows }) => {
    const head = headings.map((text) => colors.dim(text));
    const table = renderTable([head, ...rows], { right: [1, 2, 3, 4], indent: 2 });
    return `${colors.bold(title)}  ${colors.dim(name)}\n${table}`;
  });
}

/** The same as Markdown. */
export function markdownFilled(cells: readonly FilledCell[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(" | ")} |`;
  return blocks(cells, ({ title, headings, rows }) => {
    const rule = "| --- | --: | --: | --: | --: |";
    return [`### ${title}`, "", line(headings), rule, ...rows.map(line)].join("\n");
  });
}

/** A filled cell for a program: numbers in per cent, differences in percentage points. */
export function jsonFilled({ column, ...cell }: FilledCell): Record<string, unknown> {
  return { column: column.name, ...cell };
}

const measured = ["paper", "ours", "difference", "n"] as const;

interface Block {
  readonly title: string;
  readonly name: string;
  readonly headings: readonly string[];
  readonly rows: readonly string[][];
}

function blocks(cells: readonly FilledCell[], render: (block: Block) => string): string {
  const columns = [...new Set(cells.map(({ column }) => column))];
  return columns
    .flatMap((column) => {
      const own = cells.filter((cell) => cell.column === column);
      const five = own.flatMap(({ topFive, ...cell }) => (topFive ? [{ ...cell, ...topFive }] : []));
      return [
        { measure: "top-1", cells: own },
        { measure: "top-5", cells: five },
      ]
        .filter((block) => block.cells.length > 0)
        .map(({ measure, cells: shown }) =>
          render({
            title: column.title,
            name: column.name,
            headings: [`${measure} error, %`, ...measured],
            rows: shown.map(rowOf),
          }),
        );
    })
    .join("\n\n");
}

function rowOf(cell: Comparison & Pick<FilledCell, "method">): string[] {
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
