import type { RunDifference, RunReport } from "../../../../leeway/src/report/page/report-data.ts";
import { type ChartSpec, themed } from "../../../../leeway/src/report/chart-spec.ts";
import type { Table } from "../numbers/table.ts";

/** Helped and hurt of each class. */
export function differenceTable({ classes }: RunReport, difference: RunDifference): Table {
  return {
    columns: [
      { name: "class", as: "text" },
      { name: "training", as: "count" },
      { name: "test", as: "count" },
      { name: "helped", as: "count" },
      { name: "hurt", as: "count" },
      { name: "McNemar's p", as: "number" },
    ],
    rows: difference.classes.map(({ label, helped, hurt, p }) => {
      const { name, trainCount, testCount } = classes[label]!; // a class
      return [name, trainCount, testCount, helped, hurt, p];
    }),
  };
}

/** The recall of each class in two runs whose examples are not paired; of other classes those of the second. */
export function recallTable(from: RunReport, to: RunReport): Table {
  return {
    columns: [
      { name: "class", as: "text" },
      { name: "training", as: "count" },
      { name: "test", as: "count" },
      { name: "recall before", as: "percent" },
      { name: "recall", as: "percent" },
    ],
    rows: to.classes.map(({ name, trainCount, testCount, recall }) => {
      const before = from.classes.find((own) => own.name === name)?.recall ?? null;
      return [name, trainCount, testCount, before, recall];
    }),
  };
}

/** Bars to both sides: helped to the right, hurt to the left. */
export function differenceSpec({ classes }: RunReport, difference: RunDifference): ChartSpec {
  const values = difference.classes.flatMap(({ label, helped, hurt }) => [
    { class: classes[label]!.name, what: "helped", examples: helped }, // a class
    { class: classes[label]!.name, what: "hurt", examples: -hurt },
  ]);
  return themed({
    data: { values },
    width: 480,
    height: { step: 16 },
    mark: "bar",
    encoding: {
      y: { field: "class", type: "nominal", sort: null, title: null },
      x: { field: "examples", type: "quantitative", title: "hurt, helped" },
      color: { field: "what", type: "nominal", title: null },
    },
  });
}

/** What 50 more examples of a class would probably bring. */
export function gainsTable({ classes, gains }: RunReport): Table {
  return {
    columns: [
      { name: "class", as: "text" },
      { name: "training", as: "count" },
      { name: "recall now", as: "percent" },
      { name: "recall, points", as: "points" },
      { name: "balanced accuracy, points", as: "points" },
    ],
    rows: gains.map(({ label, recall, balanced }) => {
      const own = classes[label]!; // a class
      return [own.name, own.trainCount, own.recall, recall, balanced];
    }),
  };
}

export function gainsSpec({ classes, gains }: RunReport): ChartSpec {
  const values = gains.map(({ label, balanced }) => ({
    class: classes[label]!.name,
    points: 100 * balanced,
  }));
  return themed({
    data: { values },
    width: 480,
    height: { step: 22 },
    mark: "bar",
    encoding: {
      y: { field: "class", type: "nominal", sort: null, title: null },
      x: { field: "points", type: "quantitative", title: "points of balanced accuracy" },
    },
  });
}
