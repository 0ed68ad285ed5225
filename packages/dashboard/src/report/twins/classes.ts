import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { type ChartSpec, seriesColor, themed } from "../../../../leeway/src/report/chart-spec.ts";
import type { Table } from "../numbers/table.ts";
import { byFrequency, runName } from "../parts/names.ts";

/** Every class, from the most frequent to the rarest. */
export function classesTable(runs: readonly RunReport[]): Table {
  const rows = runs.flatMap((run) =>
    byFrequency(run).map((label) => {
      const { name, group, trainCount, testCount, recall, recallInterval, precision, f1, ...own } =
        run.classes[label]!; // a class
      const taken = own.takenFor.map((each) => `${run.classes[each.label]!.name} (${each.count})`);
      return [
        ...[run.id, name, group, trainCount, testCount],
        ...[recall, recallInterval?.[0] ?? null, recallInterval?.[1] ?? null, precision, f1],
        ...[own.calibrationError, own.calibrationErrorByChance, taken.join("; ")],
      ];
    }),
  );
  return {
    columns: [
      { name: "run", as: "text" },
      { name: "class", as: "text" },
      { name: "group", as: "text" },
      { name: "training", as: "count" },
      { name: "test", as: "count" },
      { name: "recall", as: "percent" },
      { name: "from", as: "percent" },
      { name: "to", as: "percent" },
      { name: "precision", as: "percent" },
      { name: "F1", as: "percent" },
      { name: "calibration error", as: "percent" },
      { name: "by chance", as: "percent" },
      { name: "taken for", as: "text" },
    ],
    rows,
  };
}

/** Recall against the number of training examples, with intervals. */
export function classesSpec(runs: readonly RunReport[]): ChartSpec {
  const titles = runs.map((run) => runName(run, runs.find((each) => each !== run) ?? null));
  const values = runs.flatMap((run, i) =>
    run.classes
      .filter(({ recall }) => recall !== null)
      .map(({ name, trainCount, testCount, recall, recallInterval }) => ({
        ...{ series: titles[i], class: name, training: Math.max(1, trainCount), test: testCount, recall },
        ...{ low: recallInterval?.[0] ?? recall, high: recallInterval?.[1] ?? recall },
      })),
  );
  const x = {
    field: "training",
    type: "quantitative" as const,
    scale: { type: "log" as const },
    title: "training examples",
  };
  const color = seriesColor(titles, runs.length > 1 ? { orient: "top" as const } : null);
  const y = { field: "recall", type: "quantitative" as const, axis: { format: "%" } };
  return themed({
    data: { values },
    ...{ width: 560, height: 320 },
    layer: [
      {
        mark: { type: "rule", opacity: 0.35 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
      },
      {
        mark: { type: "point", filled: true, opacity: 0.8 },
        encoding: {
          ...{ x, y, color },
          size: { field: "test", type: "quantitative", title: "test examples", legend: null },
          tooltip: [{ field: "class" }, { field: "recall", format: ".1%" }, { field: "training" }],
        },
      },
    ],
  });
}
