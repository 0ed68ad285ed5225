import { learningCurves } from "../../report/index.ts";
import type { FigureExperiment } from "../experiment.ts";
import { cifarColumns } from "../tables/cifar.ts";
import { meanOf } from "./mean-errors.ts";

/** Figure 3: how methods learn. Deferred re-weighting is behind until the learning rate falls, and ahead after. */
export const fig3: FigureExperiment = {
  kind: "figure",
  name: "fig3",
  title: "Learning curves",
  summary: "learning curves of LDAM-DRW, CB-RS and CB-RW",
  columns: cifarColumns,
  rows: ["ldam-drw", "cb-rs", "cb-rw"],
  rivals: ["erm", "rs", "rw", "cb-focal", "ldam", "erm-drw", "erm-drs"],
  model: "resnet32",
  epochs: 200,
  notes: [
    "Training errors are running means over the epoch's augmented images, as they were drawn: with re-sampling far more evenly than they are.",
  ],
  draw: ({ title, subtitle, methods }) => {
    const [run] = methods[0]!.runs; // there is at least one
    const { schedule, protocol } = run!.record.recipe;
    const paper = protocol === "paper";
    const curves = methods.map(({ title: method, runs }) => ({
      title: method,
      training: meanOf(runs.map(({ epochs }) => epochs.map(({ train }) => 1 - train.topOne))),
      evaluation: meanOf(
        runs.map(({ epochs }) =>
          epochs.map(({ evaluation }) => {
            if (evaluation === null) return null;
            const { topOne, balancedAccuracy } = evaluation.metrics;
            const accuracy = paper ? topOne : balancedAccuracy;
            return accuracy === null ? null : 1 - accuracy;
          }),
        ),
      ),
    }));
    const split = paper ? "test" : "validation, mean over classes";
    const decays = schedule.decays.map(({ fromEpoch }) => fromEpoch);
    return Promise.resolve(learningCurves({ title, subtitle, curves, split, decays }));
  },
};
