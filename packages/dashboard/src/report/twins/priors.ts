import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { type ChartSpec, themed } from "../../../../leeway/src/report/chart-spec.ts";
import type { PriorOutcome } from "../numbers/priors.ts";
import type { Table } from "../numbers/table.ts";
import { byFrequency } from "../parts/names.ts";

/** Recall and precision of each class, as they are and with frequencies moved. */
export function priorTable(run: RunReport, prior: readonly number[], outcome: PriorOutcome): Table {
  return {
    columns: [
      { name: "class", as: "text" },
      { name: "share of the cases", as: "percent" },
      { name: "predicted", as: "percent" },
      { name: "recall", as: "percent" },
      { name: "precision", as: "percent" },
    ],
    rows: byFrequency(run).map((label) => [
      ...[run.classes[label]!.name, prior[label]!, outcome.predicted[label]!], // a class
      ...[outcome.recalls[label]!, outcome.precisions[label]!],
    ]),
  };
}

/** Recall of each class against the share that it has. */
export function priorSpec(run: RunReport, prior: readonly number[], outcome: PriorOutcome): ChartSpec {
  const values = run.classes.flatMap(({ name }, label) =>
    Number.isNaN(outcome.recalls[label]!)
      ? []
      : [
          {
            class: name,
            share: prior[label],
            recall: outcome.recalls[label],
            predicted: outcome.predicted[label],
          },
        ],
  );
  return themed({
    data: { values },
    ...{ width: 480, height: 300 },
    mark: { type: "point", filled: true },
    encoding: {
      x: { field: "share", type: "quantitative", scale: { type: "log" }, title: "share of the cases" },
      y: { field: "recall", type: "quantitative", axis: { format: "%" } },
      tooltip: [
        { field: "class" },
        { field: "recall", format: ".1%" },
        { field: "predicted", format: ".2%" },
      ],
    },
  });
}
