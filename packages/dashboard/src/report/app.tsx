import type { ReportData } from "../../../leeway/src/report/page/report-data.ts";

/** The whole page. */
export function App({ data }: { readonly data: ReportData }) {
  return <h1>{data.runs[0]!.sentence}</h1>;
}
