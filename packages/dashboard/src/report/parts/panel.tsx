import type { ComponentChildren } from "preact";
import type { ChartSpec } from "../../../../leeway/src/report/chart-spec.ts";
import { csvOf, type Table } from "../numbers/table.ts";
import { unbroken } from "./names.ts";
import { CopyButton } from "./copy-button.tsx";
import { TableTwin } from "./table-twin.tsx";

interface PanelProps {
  /** Of the address, `#confusion`. */
  readonly id: string;
  readonly title: string;
  /** What the figure shows, in words; it stands before it. */
  readonly words: string;
  /** The numbers behind the figure. */
  readonly table?: () => Table;
  readonly spec?: () => ChartSpec;
  readonly children?: ComponentChildren;
}

/** A part of the report: words, a figure, and the same numbers as a table to read and to take along. */
export function Panel({ id, title, words, table, spec, children }: PanelProps) {
  return (
    <section class="panel" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} tabIndex={-1}>
        {title}
      </h2>
      <p class="words">{unbroken(words)}</p>
      {children}
      {table !== undefined && (
        <div class="twin">
          <TableTwin title={title} table={table} />
          <span class="copies">
            <CopyButton label="Copy CSV" about={title} text={() => csvOf(table())} />
            {spec !== undefined && (
              <CopyButton label="Copy Vega-Lite" about={title} text={() => JSON.stringify(spec(), null, 1)} />
            )}
          </span>
        </div>
      )}
    </section>
  );
}
