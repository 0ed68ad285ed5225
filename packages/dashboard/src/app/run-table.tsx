import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RunRow } from "../../../leeway/src/report/page/run-row.ts";
import type { RunColumn } from "./columns.ts";
import { runHref } from "./route.ts";

/** Pixels of a line, which all have, and lines above and below what is seen. */
const [lineHeight, spare] = [36, 10];

export interface Order {
  readonly column: string;
  readonly isRising: boolean;
}

interface RunTableProps {
  readonly rows: readonly RunRow[];
  readonly columns: readonly RunColumn[];
  readonly order: Order;
  readonly chosen: ReadonlySet<string>;
  readonly onOrder: (order: Order) => void;
  readonly onChoose: (id: string) => void;
}

/** A table of which only the lines on the screen are made: ten thousand runs scroll as ten do. */
export function RunTable({ rows, columns, order, chosen, onOrder, onChoose }: RunTableProps) {
  const { ref, from, to } = useSeen(rows.length);
  return (
    <div ref={ref} class="runs" tabIndex={0} role="region" aria-label="Table of runs">
      <table aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            <th>
              <span class="unseen">compare</span>
            </th>
            {columns.map((column) => (
              <Heading key={column.id} column={column} order={order} onOrder={onOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap lines={from} />
          {rows.slice(from, to).map((row, i) => (
            <tr key={row.id} aria-rowindex={from + i + 2} class={chosen.has(row.id) ? "chosen" : ""}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`Compare ${row.id}`}
                  checked={chosen.has(row.id)}
                  disabled={row.status !== "finished"}
                  onChange={() => {
                    onChoose(row.id);
                  }}
                />
              </td>
              {columns.map((column) => (
                <Cell key={column.id} column={column} row={row} />
              ))}
            </tr>
          ))}
          <Gap lines={rows.length - to} />
        </tbody>
      </table>
    </div>
  );
}

function Heading({
  column,
  order,
  onOrder,
}: Pick<RunTableProps, "order" | "onOrder"> & { readonly column: RunColumn }) {
  const isBy = order.column === column.id;
  const direction = isBy ? (order.isRising ? "ascending" : "descending") : "none";
  return (
    <th aria-sort={direction} class={column.isNumber ? "number" : ""} title={column.about}>
      <button
        type="button"
        onClick={() => {
          onOrder({ column: column.id, isRising: isBy ? !order.isRising : !column.isNumber });
        }}
      >
        {column.title}
        <span aria-hidden="true">{isBy ? (order.isRising ? " ↑" : " ↓") : ""}</span>
      </button>
    </th>
  );
}

function Cell({ column, row }: { readonly column: RunColumn; readonly row: RunRow }) {
  const text = column.text(row);
  if (column.id === "id") {
    return (
      <th scope="row">
        <a href={runHref(row.id)} title={text}>
          {text}
        </a>
      </th>
    );
  }
  const kind = column.id === "status" ? `status ${row.status}` : column.isNumber ? "number" : "";
  return (
    <td class={kind} title={text}>
      {text}
    </td>
  );
}

/** The room of lines that are not made. */
function Gap({ lines }: { readonly lines: number }) {
  const ref = useRef<HTMLTableCellElement>(null);
  useLayoutEffect(() => {
    if (ref.current) ref.current.style.height = `${lines * lineHeight}px`;
  }, [lines]);
  return lines > 0 ? (
    <tr aria-hidden="true">
      <td ref={ref} class="gap" />
    </tr>
  ) : null;
}

/** Which lines of so many can be seen. */
function useSeen(length: number) {
  const ref = useRef<HTMLDivElement>(null);
  const [{ top, height }, setPlace] = useState({ top: 0, height: 900 });
  useLayoutEffect(() => {
    const element = ref.current!;
    const measure = (): void => {
      setPlace({ top: element.scrollTop, height: element.clientHeight });
    };
    measure();
    element.addEventListener("scroll", measure, { passive: true });
    addEventListener("resize", measure);
    return () => {
      element.removeEventListener("scroll", measure);
      removeEventListener("resize", measure);
    };
  }, []);
  const from = Math.max(0, Math.min(length, Math.floor(top / lineHeight) - spare));
  const to = Math.min(length, Math.ceil((top + height) / lineHeight) + spare);
  return { ref, from, to };
}
