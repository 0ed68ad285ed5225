import { holdOut } from "../../data/index.ts";
import { confusionMatrix, perClassAccuracy } from "../../metrics/index.ts";
import { featureQuality } from "../../report/index.ts";
import type { StoredRun } from "../../storage/index.ts";
import { endSession } from "../../training/index.ts";
import { featuresOn, linearProbe } from "../../probes/index.ts";
import { firstStageFile, openFirstStage } from "../../runs/index.ts";
import type { FigureExperiment, FigureRequest } from "../experiment.ts";
import { beginningWith } from "../tables/cifar.ts";
import { errorsOf, meanOf } from "./mean-errors.ts";

/** The share of the balanced test set that the linear classifier is measured on; the rest trains it. */
const measured = 0.5;

/** Figure 6: which first stage gives the best features, before the learning rate falls. In the paper it is ERM. */
export const fig6: FigureExperiment = {
  kind: "figure",
  name: "fig6",
  title: "Which first stage gives the best features?",
  summary:
    "how good the features of ERM, RS and RW are before the learning rate falls, by a linear classifier",
  columns: beginningWith("cifar10-step-100"),
  rows: ["erm", "rs", "rw"],
  rivals: ["cb-rs", "cb-rw", "focal", "ldam"],
  model: "resnet32",
  epochs: 200,
  notes: [
    "Backbones are those of the epoch before the learning rate first falls. A linear classifier is trained on half of the balanced test set, drawn by the seed, and measured on the other half.",
  ],
  reads: firstStageFile,
  draw: async (request) => {
    const backbones = [];
    for (const { title, runs } of request.methods) {
      const errors = [];
      for (const run of runs) errors.push(await probeErrors(run, title, request));
      backbones.push({ title, errors: meanOf(errors) });
    }
    const { title, subtitle, methods } = request;
    const { classNames, trainCounts } = methods[0]!.runs[0]!.record.data; // there is at least one
    return featureQuality({ title, subtitle, backbones, classNames, trainCounts });
  },
};

async function probeErrors(
  run: StoredRun,
  title: string,
  { load, device, log, signal }: FigureRequest,
): Promise<(number | null)[]> {
  const { seed } = run.record.recipe;
  log(`Training a linear classifier on the features of ${title}, seed ${seed}`);
  const { session } = await openFirstStage(run.path, { data: await load(run), device });
  try {
    const { test } = session.data;
    const { train, held } = holdOut(test, measured, { seed, purpose: "test" });
    const fit = await featuresOn(session, train, { signal });
    const read = await featuresOn(session, held, { signal });
    const classes = test.classNames.length;
    const predicted = linearProbe({ fit, read }, classes, { device: session.device });
    return errorsOf(perClassAccuracy(confusionMatrix(read.labels, predicted, classes)));
  } finally {
    endSession(session);
  }
}
