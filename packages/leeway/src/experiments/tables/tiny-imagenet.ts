import type { LearningRateSchedule } from "../../recipes/index.ts";
import type { Column, Experiment } from "../experiment.ts";
import { columnOf } from "./cifar.ts";

/** The paper's length of a run. */
const paperEpochs = 120;
/** Its only decay, and where deferred stages begin: at 90. */
const decayAt = 90 / paperEpochs;

/** A tenth of the rate from epoch 90 of 120 on, scaled to the run's length. */
function schedule(epochs: number): LearningRateSchedule {
  return {
    base: 0.1,
    warmupEpochs: 0,
    decays: [{ fromEpoch: Math.round(decayAt * epochs), factor: 0.1 }],
  };
}

function column(profile: "longtail" | "step", ratio: number): Column {
  const deferAt = decayAt;
  return {
    ...columnOf("tiny-imagenet", profile, ratio),
    schedule,
    methodOptions: { "ldam-drw": { deferAt }, "erm-drw": { deferAt }, "erm-drs": { deferAt } },
  };
}

/** Table 4: the methods on imbalanced Tiny ImageNet. A function, since the data set need not be in the catalogue. */
export const table4 = (): Experiment => ({
  kind: "table",
  name: "table4",
  summary: "top-1 and top-5 error on imbalanced Tiny ImageNet, ResNet-18",
  columns: [column("longtail", 100), column("longtail", 10), column("step", 100), column("step", 10)],
  rows: ["erm", "cb-rw", "erm-drw", "ldam", "ldam-drw"],
  printedRows: { "cb-rw": "cb-softmax" },
  rivals: ["rs", "rw", "cb-rs", "focal", "cb-focal", "erm-drs"],
  topFive: true,
  model: "resnet18",
  epochs: paperEpochs,
});
