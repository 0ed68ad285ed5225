import type { LearningRateSchedule } from "../../recipes/index.ts";
import type { Experiment } from "../experiment.ts";

/** The paper's length of a run. */
const paperEpochs = 90;

/** A tenth of the rate from epoch 30 of 90 on and again from 60, scaled to the run's length. */
function schedule(epochs: number): LearningRateSchedule {
  const scaled = (epoch: number): number => Math.round((epoch * epochs) / paperEpochs);
  return {
    base: 0.1,
    warmupEpochs: 0,
    decays: [
      { fromEpoch: scaled(30), factor: 0.1 },
      { fromEpoch: scaled(60), factor: 0.1 },
    ],
  };
}

/** The largest margin and the deferral of this table: 0.3, and epoch 60. */
const [maxMargin, deferAt] = [0.3, 60 / paperEpochs];

/** Table 3: the methods on iNaturalist 2018 as it is, whose 8,142 species are imbalanced by nature. */
export const table3 = (): Experiment => ({
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
      schedule,
      methodOptions: {
        ldam: { maxMargin },
        "ldam-drw": { maxMargin, deferAt },
        "erm-drw": { deferAt },
        "erm-drs": { deferAt },
      },
    },
  ],
  rows: ["erm", "cb-focal", "erm-drw", "ldam", "ldam-drw"],
  rivals: ["focal", "cb-rw", "cb-rs", "erm-drs"],
  topFive: true,
  model: "resnet50",
  epochs: paperEpochs,
});
