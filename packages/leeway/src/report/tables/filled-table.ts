import type { Comparison } from "../../analysis/index.ts";
import { methodTitle } from "../recipe-words.ts";
import { type Column, columnTable, type TableOptions } from "../table.ts";
import { signed, withSpread } from "../words.ts";

/** A cell of a filled table: the paper's number beside ours. */
export interface FilledCell extends Comparison {
  readonly column: { readonly name: string; readonly title: string };
  readonly method: string;
  /** The same of the first five guesses, in tables that print it. */
  readonly topFive?: Comparison;
}

/** A filled table: a block for each column and measure, the paper's number beside ours. */
export function renderFilled(cells: readonly FilledCell[], options: TableOptions): string {
  const { bold, dim } = options.colors;
  const columns = [...new Set(cells.map(({ column }) => column))];
  return columns
    .flatMap((column) => {
      const heading = options.markdown
        ? `### ${column.title}\n`
        : `${bold(column.title)}  ${dim(column.name)}`;
      const own = cells.filter((cell) => cell.column === column);
      const five = own.flatMap(({ topFive, ...cell }) => (topFive ? [{ ...cell, ...topFive }] : []));
      return [
        { measure: "top-1", shown: own },
        { measure: "top-5", shown: five },
      ]
        .filter(({ shown }) => shown.length > 0)
        .map(({ measure, shown }) => `${heading}\n${columnTable(shown, filledColumns(measure), options)}`);
    })
    .join("\n\n");
}

function filledColumns(measure: string): Column<FilledCell>[] {
  return [
    { heading: `${measure} error, %`, cell: methodTitle },
    { heading: "paper", cell: ({ paper }) => (paper === null ? "–" : paper.toFixed(2)) },
    {
      heading: "ours",
      cell: ({ ours }) => (ours === null ? "–" : withSpread(ours.mean.toFixed(2), ours.deviation, 2)),
    },
    {
      heading: "difference",
      cell: ({ difference }) => (difference === null ? "–" : signed(difference, 2)),
    },
    { heading: "n", cell: ({ ours }) => String(ours?.n ?? 0) },
  ];
}
