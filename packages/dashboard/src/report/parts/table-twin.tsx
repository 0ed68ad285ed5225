import { useState } from "preact/hooks";
import { cellText, type Table } from "../numbers/table.ts";

/** Rows that a page shows at once; CSV has all. */
const maxRows = 300;

/** The numbers of a figure as a table, made when it is opened. */
export function TableTwin({ title, table }: { readonly title: string; readonly table: () => Table }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open);
      }}
    >
      <summary>Numbers</summary>
      {open && <NumberTable caption={title} {...table()} />}
    </details>
  );
}

/** A table with aligned numbers. */
export function NumberTable({ caption, columns, rows }: Table & { readonly caption: string }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Table: ${caption}`}>
      <table>
        <thead>
          <tr>
            {columns.map(({ name, as }) => (
              <th scope="col" class={as === "text" ? "text" : "number"} key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, maxRows).map((row, i) => (
            <tr key={i}>
              {columns.map(({ name, as }, j) => {
                const text = cellText(row[j], as);
                return (
                  <td
                    class={as === "text" ? "text" : "number"}
                    title={text.length > 40 ? text : undefined}
                    key={name}
                  >
                    {text}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > maxRows && <p class="aside">{`${rows.length - maxRows} more rows in the CSV.`}</p>}
    </div>
  );
}
