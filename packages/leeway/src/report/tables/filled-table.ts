import type { Comparison, NumberSummary } from "../../analysis/index.ts";
import { methodTitle } from "../recipe-words.ts";
import { type Colors, markdownTable, renderTable } from "../table.ts";

/** A cell of a filled table: the paper's number beside ours. */
export interface FilledCell extends Comparison {
  readonly column: { readonly name: string; readonly title: string };
  readonly method: string;
  /** The same of the first five guesses, in tables that print it. */
  readonly topFive?: Comparison;
}

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
  return blocks(cells, ({ title, headings, rows }) =>
    [`### ${title}`, "", markdownTable([headings, ...rows], { right: [1, 2, 3, 4] })].join("\n"),
  );
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
