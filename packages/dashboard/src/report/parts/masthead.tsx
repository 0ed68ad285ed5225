import type { ReportData, RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { unbroken } from "./names.ts";

/** What the report is of, and the one line that matters. */
export function Masthead({ data, run }: { readonly data: ReportData; readonly run: RunReport }) {
  return (
    <header class="masthead">
      <p class="kicker">{run.title}</p>
      <h1>{unbroken(run.sentence)}</h1>
      <p class="source">
        <code>{run.path}</code>
        <span>{` · ${data.createdAt.slice(0, 16).replace("T", " ")} UTC`}</span>
      </p>
    </header>
  );
}
