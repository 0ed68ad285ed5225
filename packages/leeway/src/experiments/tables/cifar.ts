import { paperRows } from "../../analysis/index.ts";
import { datasetEntry, type DatasetName } from "../../data/index.ts";
import type { Profile } from "../../imbalance/index.ts";
import { methodNames } from "../../methods/index.ts";
import type { Column, Experiment } from "../experiment.ts";

/** The eight columns of the paper's CIFAR tables, in their order. */
export const cifarColumns: readonly Column[] = (["cifar10", "cifar100"] as const).flatMap((dataset) => [
  column(dataset, "longtail", 100),
  column(dataset, "longtail", 10),
  column(dataset, "step", 100),
  column(dataset, "step", 10),
]);

function column(dataset: DatasetName, profile: Exclude<Profile, "balanced">, ratio: number): Column {
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
