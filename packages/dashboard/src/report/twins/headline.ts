import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { type ChartSpec, themed } from "../../../../leeway/src/report/chart-spec.ts";
import type { Table } from "../numbers/table.ts";

/** The headline's measures, of each run. */
export function headlineTable(runs: readonly RunReport[]): Table {
  return {
    columns: [
      { name: "run", as: "text" },
      { name: "measure", as: "text" },
      { name: "value", as: "percent" },
      { name: "from", as: "percent" },
      { name: "to", as: "percent" },
      { name: "chance", as: "percent" },
      { name: "note", as: "text" },
    ],
    rows: runs.flatMap((run) =>
      run.headline.map(({ name, value, interval, chance, note }) => [
        ...[run.id, name, value, interval?.[0] ?? null, interval?.[1] ?? null, chance ?? null, note],
      ]),
    ),
  };
}

/** Bars with intervals, a tick at chance. */
export function headlineSpec(runs: readonly RunReport[]): ChartSpec {
  const values = runs.flatMap((run) =>
    run.headline.map(({ name, value, interval, chance }) => ({
      ...{ run: run.id, measure: name, value, low: interval?.[0] ?? value, high: interval?.[1] ?? value },
      chance: chance ?? null,
    })),
  );
  const y = { field: "measure", type: "nominal" as const, sort: null, title: null };
  const yOffset = { field: "run" };
  return themed({
    data: { values },
    width: 420,
    layer: [
      {
        mark: { type: "bar", height: 8 },
        encoding: {
          ...{ y, yOffset },
          x: { field: "value", type: "quantitative", axis: { format: "%" }, title: null },
          color: { field: "run", type: "nominal", title: null },
        },
      },
      {
        mark: "rule",
        encoding: { ...{ y, yOffset }, x: { field: "low", type: "quantitative" }, x2: { field: "high" } },
      },
      { mark: "tick", encoding: { y, x: { field: "chance", type: "quantitative" } } },
    ],
  });
}
