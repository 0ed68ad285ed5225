import { classErrors } from "../../report/index.ts";
import type { StoredRun } from "../../storage/index.ts";
import { endSession, evaluate } from "../../training/index.ts";
import { modelFile, openSession } from "../../runs/index.ts";
import type { FigureExperiment, FigureRequest } from "../experiment.ts";
import { beginningWith } from "../tables/cifar.ts";
import { errorsOf, meanOf } from "./mean-errors.ts";

/** Figure 2: the error of each class in training and in the test. Rare classes are learned by heart, but not known. */
export const fig2: FigureExperiment = {
  kind: "figure",
  name: "fig2",
  title: "Error of each class in training and test",
  summary: "error of each class in training and test: LDAM-DRW, CB-RS, CB-RW",
  columns: beginningWith("cifar10-step-100"),
  rows: ["ldam-drw", "cb-rs", "cb-rw"],
  rivals: ["erm", "rs", "rw", "cb-focal", "ldam", "erm-drw", "erm-drs"],
  model: "resnet32",
  epochs: 200,
  notes: ["Training errors are those of the chosen epoch's network, without augmentation."],
  reads: modelFile,
  draw: async (request) => {
    const series = [];
    for (const { title, runs } of request.methods) {
      const training = [];
      for (const run of runs) training.push(await trainingErrors(run, title, request));
      const test = runs.map(({ summary }) => errorsOf(summary?.test?.perClass ?? []));
      series.push({ title, panels: [meanOf(training), meanOf(test)] });
    }
    const { title, subtitle, methods } = request;
    const { classNames, trainCounts } = methods[0]!.runs[0]!.record.data; // there is at least one
    return classErrors({ title, subtitle, panels: ["Training", "Test"], series, classNames, trainCounts });
  },
};

async function trainingErrors(
  run: StoredRun,
  title: string,
  { load, device, log, signal }: FigureRequest,
): Promise<(number | null)[]> {
  log(`Measuring the training error of ${title}, seed ${run.record.recipe.seed}`);
  const { session } = await openSession(run.path, { data: await load(run), device });
  try {
    const { metrics } = await evaluate(session, session.data.train, { signal });
    return errorsOf(metrics.perClass);
  } finally {
    endSession(session);
  }
}
