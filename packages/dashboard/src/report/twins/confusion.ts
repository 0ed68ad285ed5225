import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { type ChartSpec, themed } from "../../../../leeway/src/report/chart-spec.ts";
import type { Table } from "../numbers/table.ts";
import { byFrequency } from "../parts/names.ts";

/** A class, what it is taken for, and how often: all cells that happened, or the pairs of many classes. */
export function confusionTable(run: RunReport): Table {
  const { classes } = run;
  return {
    columns: [
      { name: "true class", as: "text" },
      { name: "taken for", as: "text" },
      { name: "count", as: "count" },
      { name: "share of the class", as: "percent" },
    ],
    rows: cellsOf(run).map(({ truth, prediction, count, share }) => [
      ...[classes[truth]!.name, classes[prediction]!.name, count, share], // classes
    ]),
  };
}

/** Shares of each true class as a heat map, classes from the most frequent on. */
export function confusionSpec(run: RunReport): ChartSpec {
  const names = byFrequency(run).map((label) => run.classes[label]!.name); // a class
  const values = cellsOf(run).map(({ truth, prediction, count, share }) => ({
    ...{ truth: run.classes[truth]!.name, prediction: run.classes[prediction]!.name, count, share }, // classes
  }));
  return themed({
    data: { values },
    ...{ width: { step: 24 }, height: { step: 24 } },
    mark: "rect",
    encoding: {
      x: { field: "prediction", type: "nominal", sort: names, title: "taken for" },
      y: { field: "truth", type: "nominal", sort: names, title: "true class" },
      color: { field: "share", type: "quantitative", scale: { type: "sqrt" }, legend: { format: "%" } },
      tooltip: [
        { field: "truth" },
        { field: "prediction" },
        { field: "count" },
        { field: "share", format: ".1%" },
      ],
    },
  });
}

function cellsOf({ confusion, classes }: RunReport): RunReport["confusion"]["pairs"] {
  if (confusion.matrix === null) return confusion.pairs;
  return confusion.matrix.flatMap((row, truth) =>
    row.flatMap((count, prediction) =>
      count === 0
        ? []
        : [{ truth, prediction, count, share: count / Math.max(1, classes[truth]!.testCount) }],
    ),
  );
}
