import type {
  Reliability,
  ReliabilityBin,
  RunReport,
} from "../../../../leeway/src/report/page/report-data.ts";
import { type ChartSpec, themed } from "../../../../leeway/src/report/chart-spec.ts";
import type { Table } from "../numbers/table.ts";

/** Σ_b n_b |accuracy_b - confidence_b| / N of bins. */
export function calibrationErrorOf(bins: readonly ReliabilityBin[]): number {
  const total = bins.reduce((sum, { examples }) => sum + examples, 0);
  return bins.reduce((sum, bin) => sum + bin.examples * Math.abs(bin.accuracy - bin.confidence), 0) / total;
}

function rowsOf(reliability: readonly Reliability[]) {
  return reliability.flatMap(({ group, after, before }) =>
    [
      { when: "before", bins: before },
      { when: "after", bins: after },
    ].flatMap(({ when, bins }) => bins.map((bin) => ({ group, when, ...bin }))),
  );
}

export function reliabilityTable({ reliability }: RunReport): Table {
  return {
    columns: [
      { name: "examples of", as: "text" },
      { name: "calibration", as: "text" },
      { name: "examples", as: "count" },
      { name: "confidence", as: "percent" },
      { name: "accuracy", as: "percent" },
    ],
    rows: rowsOf(reliability).map(({ group, when, examples, confidence, accuracy }) => [
      ...[group, when, examples, confidence, accuracy],
    ]),
  };
}

/** Accuracy against confidence, a panel for each group. */
export function reliabilitySpec({ reliability }: RunReport): ChartSpec {
  const share = { type: "quantitative" as const, scale: { domain: [0, 1] }, axis: { format: "%" } };
  return themed({
    data: { values: rowsOf(reliability) },
    facet: { column: { field: "group", sort: reliability.map(({ group }) => group), title: null } },
    spec: {
      ...{ width: 180, height: 180 },
      layer: [
        {
          mark: { type: "line", point: true },
          encoding: {
            x: { field: "confidence", ...share },
            y: { field: "accuracy", ...share },
            color: { field: "when", type: "nominal", title: "calibration" },
          },
        },
        {
          data: { values: [{ at: 0 }, { at: 1 }] },
          mark: { type: "line", strokeDash: [4, 4], color: "#888888" },
          encoding: { x: { field: "at", ...share }, y: { field: "at", ...share } },
        },
      ],
    },
  });
}
