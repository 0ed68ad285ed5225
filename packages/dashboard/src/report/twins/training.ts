import type { RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import type { ShotGroup } from "../../../../leeway/src/imbalance/index.ts";
import { type ChartSpec, themed } from "../../../../leeway/src/report/chart-spec.ts";
import type { Table } from "../numbers/table.ts";

const groups: readonly ShotGroup[] = ["many", "medium", "few"];

/** Every epoch. */
export function trainingTable({ training }: RunReport): Table {
  return {
    columns: [
      { name: "epoch", as: "count" },
      { name: "loss", as: "number" },
      { name: "gradient norm", as: "number" },
      { name: "learning rate", as: "number" },
      { name: "balanced accuracy", as: "percent" },
      ...groups.map((group) => ({ name: `${group}-shot`, as: "percent" as const })),
    ],
    rows: training.epochs.map((epoch, i) => [
      ...[
        epoch,
        training.loss[i] ?? null,
        training.gradientNorm[i] ?? null,
        training.learningRate[i] ?? null,
        training.balancedAccuracy[i] ?? null,
      ],
      ...groups.map((group) => training.groups[group][i] ?? null),
    ]),
  };
}

/** Loss over accuracy, epoch by epoch, with a rule where a stage begins. */
export function trainingSpec({ training }: RunReport): ChartSpec {
  const accuracies = [
    { series: "balanced accuracy", values: training.balancedAccuracy },
    ...groups.map((group) => ({ series: `${group}-shot`, values: training.groups[group] })),
  ];
  const values = accuracies.flatMap(({ series, values }) =>
    training.epochs.flatMap((epoch, i) =>
      values[i] == null ? [] : [{ epoch, series, accuracy: values[i] }],
    ),
  );
  const epoch = { field: "epoch", type: "quantitative" as const };
  const stages = training.stages.map((stage) => ({ epoch: stage }));
  return themed({
    vconcat: [
      {
        ...{ width: 560, height: 200 },
        layer: [
          {
            data: { values },
            mark: "line",
            encoding: {
              x: epoch,
              y: { field: "accuracy", type: "quantitative", axis: { format: "%" } },
              color: { field: "series", type: "nominal", title: null },
            },
          },
          { data: { values: stages }, mark: { type: "rule", strokeDash: [4, 4] }, encoding: { x: epoch } },
        ],
      },
      {
        ...{ width: 560, height: 100 },
        data: { values: training.epochs.map((epoch, i) => ({ epoch, loss: training.loss[i] ?? null })) },
        mark: "line",
        encoding: { x: epoch, y: { field: "loss", type: "quantitative" } },
      },
    ],
  });
}
