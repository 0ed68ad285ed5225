import type { Dataset } from "../../data/index.ts";
import { permutation, random } from "../../random.ts";
import { type FeatureCloud, featureSphere } from "../../report/index.ts";
import { endSession } from "../../training/index.ts";
import { featuresOn } from "../../probes/index.ts";
import { modelFile, openSession } from "../../runs/index.ts";
import type { FigureExperiment } from "../experiment.ts";
import { columnOf } from "../tables/cifar.ts";

/** Examples of a class that are drawn at most: more would hide each other. */
const shownPerClass = 150;

/** Figure 5: three-dimensional features as directions. LDAM keeps the classes of the training set further apart. */
export const fig5: FigureExperiment = {
  kind: "figure",
  name: "fig5",
  title: "Features on the sphere",
  summary: "three-dimensional features on spheres, training and test: ERM, CB-RW, LDAM-DRW",
  columns: [columnOf("mnist", "step", 100), columnOf("fashion-mnist", "step", 100)],
  rows: ["erm", "cb-rw", "ldam-drw"],
  rivals: ["rs", "rw", "cb-rs", "ldam", "erm-drw", "erm-drs"],
  model: "resnet8-sphere",
  epochs: 20,
  notes: [
    "The paper gives neither the length of its runs nor all of its network: ours is ResNet-8 with a linear layer to three features.",
    `At most ${shownPerClass} examples of a class are drawn, and one seed. Of a network without cosines only the directions of its features are shown.`,
  ],
  reads: modelFile,
  oneNetwork: true,
  draw: async ({ title, subtitle, methods, load, device, log, signal }) => {
    const clouds: FeatureCloud[] = [];
    for (const { title: column, runs } of methods) {
      const run = runs[0]!; // there is at least one
      log(`Computing the features of ${column}`);
      const { session } = await openSession(run.path, { data: await load(run), device });
      try {
        const { train, test } = session.data;
        for (const [row, split] of [
          ["training", train],
          ["test", test],
        ] as const) {
          const { features, labels } = await featuresOn(session, fewOf(split), { signal });
          clouds.push({ column, row, features, labels });
        }
      } finally {
        endSession(session);
      }
    }
    const { classNames, trainCounts } = methods[0]!.runs[0]!.record.data; // there is at least one
    const order = ["training", "test"];
    clouds.sort((one, other) => order.indexOf(one.row) - order.indexOf(other.row));
    return featureSphere({ title, subtitle, clouds, classNames, trainCounts });
  },
};

/** A few examples of each class, always the same. */
function fewOf(split: Dataset): Dataset {
  const shown = split.classNames.map(() => 0);
  const order = permutation(split.labels.length, random(0, "sphere"));
  return split.select(order.filter((position) => shown[split.labels[position]!]!++ < shownPerClass));
}
