import type { Experiment } from "../experiment.ts";
import { columnOf } from "./cifar.ts";

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
