import type { ClassDetection, RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { type ChartSpec, themed } from "../../../../leeway/src/report/chart-spec.ts";
import { pointAt } from "../numbers/operating-point.ts";
import type { Table } from "../numbers/table.ts";

function pointsOf(detection: ClassDetection, share: number) {
  return detection.thresholds.map((_, at) => pointAt(detection, at, share));
}

/** Every threshold of a class, where `share` of the cases is of it. */
export function thresholdTable(detection: ClassDetection, share: number): Table {
  return {
    columns: [
      { name: "threshold", as: "number" },
      { name: "recall", as: "percent" },
      { name: "precision", as: "percent" },
      { name: "F1", as: "percent" },
      { name: "alerts of 1,000", as: "number" },
      { name: "missed of 1,000", as: "number" },
      { name: "false alarms of 1,000", as: "number" },
    ],
    rows: pointsOf(detection, share).map((point) => [
      ...[point.threshold, point.recall, point.precision, point.f1],
      ...[point.alerts, point.missed, point.falseAlarms],
    ]),
  };
}

/** Precision against recall. */
export function thresholdSpec(run: RunReport, detection: ClassDetection, share: number): ChartSpec {
  const values = pointsOf(detection, share).map(({ threshold, recall, precision }) => ({
    ...{ threshold, recall, precision },
  }));
  const axis = { format: "%" };
  return themed({
    title: run.classes[detection.label]!.name, // a class
    data: { values },
    ...{ width: 420, height: 320 },
    mark: { type: "line", interpolate: "step-before", tooltip: true },
    encoding: {
      x: { field: "recall", type: "quantitative", axis, scale: { domain: [0, 1] } },
      y: { field: "precision", type: "quantitative", axis, scale: { domain: [0, 1] } },
      order: { field: "threshold", sort: "descending" },
    },
  });
}
