import { paperRows } from "../../analysis/index.ts";
import { datasetEntry } from "../../data/index.ts";
import type { Profile } from "../../imbalance/index.ts";
import { methodNames } from "../../methods/index.ts";
import type { Column, Experiment } from "../experiment.ts";

/** The eight columns of the paper's CIFAR tables, in their order. */
export const cifarColumns: readonly Column[] = (["cifar10", "cifar100"] as const).flatMap((dataset) => [
  columnOf(dataset, "longtail", 100),
  columnOf(dataset, "longtail", 10),
  columnOf(dataset, "step", 100),
  columnOf(dataset, "step", 10),
]);

/** A data set of the catalogue cut to a profile, as a column. */
export function columnOf(dataset: string, profile: Exclude<Profile, "balanced">, ratio: number): Column {
  const { short, long } = {
    longtail: { short: "lt", long: "long-tailed" },
    step: { short: "step", long: "step" },
  }[profile];
  return {
    name: `${dataset}-${short}-${ratio}`,
    title: `${datasetEntry(dataset).title}, ${long}, ratio ${ratio}`,
    dataset,
    profile,
    ratio,
  };
}

/** The same columns, but one of them first: a figure's own. */
export function beginningWith(name: string): Column[] {
  const isFirst = (column: Column): boolean => column.name === name;
  return [...cifarColumns.filter(isFirst), ...cifarColumns.filter((column) => !isFirst(column))];
}

/** Table 2: losses, re-balancing and LDAM-DRW on imbalanced CIFAR. Every other method may stand beside its ten. */
export const table2: Experiment = {
  kind: "table",
  name: "table2",
  summary: "top-1 error of ten methods on imbalanced CIFAR-10 and CIFAR-100, ResNet-32",
  columns: cifarColumns,
  rows: paperRows("table2"),
  rivals: methodNames.filter((name) => !paperRows("table2").includes(name)),
  model: "resnet32",
  epochs: 200,
};

/** Table 5: cross entropy with deferred re-weighting and re-sampling. From the start they are RW and RS. */
export const table5: Experiment = {
  kind: "table",
  name: "table5",
  summary: "cross entropy with deferred re-weighting (DRW) and re-sampling (DRS), on the data of table 2",
  columns: cifarColumns,
  rows: paperRows("table5"),
  rivals: ["rw", "rs", "cb-rw", "cb-rs"],
  model: "resnet32",
  epochs: 200,
};
