import type { ReportMargins, RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { type ChartSpec, themed } from "../../../../leeway/src/report/chart-spec.ts";
import type { Table } from "../numbers/table.ts";
import { byFrequency } from "../parts/names.ts";

/** A run whose margins were measured. */
export type RunWithMargins = RunReport & { readonly margins: ReportMargins };

/** Medians of margins, the enforced ones, and how many examples reach them. */
export function marginsTable(run: RunWithMargins): Table {
  const { medians, enforced, reached, training } = run.margins;
  return {
    columns: [
      { name: "class", as: "text" },
      { name: "training", as: "count" },
      { name: "median margin", as: "number" },
      { name: "in training", as: "number" },
      { name: "enforced margin", as: "number" },
      { name: "reached", as: "percent" },
    ],
    rows: byFrequency(run).map((label) => {
      const { name, trainCount } = run.classes[label]!; // a class
      const own = [medians[label] ?? null, training?.medians[label] ?? null, enforced?.[label] ?? null];
      return [name, trainCount, ...own, reached[label] ?? null];
    }),
  };
}

/** A histogram of margins for each class, the most frequent on top. */
export function marginsSpec(run: RunWithMargins): ChartSpec {
  const { edges, counts } = run.margins;
  const names = byFrequency(run).map((label) => run.classes[label]!.name); // a class
  const values = counts.flatMap((row, label) =>
    row.flatMap((count, b) =>
      count === 0 ? [] : [{ class: run.classes[label]!.name, from: edges[b], to: edges[b + 1], count }],
    ),
  );
  return themed({
    data: { values },
    facet: {
      row: { field: "class", sort: names, title: null, header: { labelAngle: 0, labelAlign: "left" } },
    },
    spec: {
      ...{ width: 480, height: 28 },
      mark: "bar",
      encoding: {
        x: { field: "from", type: "quantitative", bin: { binned: true }, title: "margin" },
        x2: { field: "to" },
        y: { field: "count", type: "quantitative", axis: null },
      },
    },
    resolve: { scale: { y: "independent" } },
  });
}
