import type { Experiment } from "../experiment.ts";

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
