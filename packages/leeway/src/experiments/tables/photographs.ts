import type { Experiment } from "../experiment.ts";
import { columnOf } from "./cifar.ts";

/** Table 3: the methods on iNaturalist 2018 as it is, whose 8,142 species are imbalanced by nature. */
export const table3: Experiment = {
  kind: "table",
  name: "table3",
  summary: "top-1 and top-5 error on iNaturalist 2018, ResNet-50",
  columns: [
    {
      name: "inaturalist2018",
      title: "iNaturalist 2018, as it is",
      dataset: "inaturalist2018",
      profile: "natural",
      ratio: 1,
    },
  ],
  rows: ["erm", "cb-focal", "erm-drw", "ldam", "ldam-drw"],
  rivals: ["focal", "cb-rw", "cb-rs", "erm-drs"],
  topFive: true,
  model: "resnet50",
  epochs: 90,
};

/** Table 4: the methods on imbalanced Tiny ImageNet. What the paper calls CB softmax is cross entropy with CB-RW. */
export const table4: Experiment = {
  kind: "table",
  name: "table4",
  summary: "top-1 and top-5 error on imbalanced Tiny ImageNet, ResNet-18",
  columns: [
    columnOf("tiny-imagenet", "longtail", 100),
    columnOf("tiny-imagenet", "longtail", 10),
    columnOf("tiny-imagenet", "step", 100),
    columnOf("tiny-imagenet", "step", 10),
  ],
  rows: ["erm", "cb-rw", "erm-drw", "ldam", "ldam-drw"],
  printedRows: { "cb-rw": "cb-softmax" },
  rivals: ["rs", "rw", "cb-rs", "focal", "cb-focal", "erm-drs"],
  topFive: true,
  model: "resnet18",
  epochs: 120,
};
