import { datasetEntry } from "../data/index.ts";
import { profileCounts } from "../imbalance/index.ts";
import type { ExperimentCost, MissingExperiment } from "./experiment.ts";

/** Multiply-adds of ResNet-32 on an image of 32 x 32, forward. */
const resnet32Work = 69.5e6;

/** What runs on so many images an epoch cost; `images` has a number for each data set. */
function cost(
  methods: number,
  images: readonly number[],
  { epochs, work }: { readonly epochs: number; readonly work: number },
): ExperimentCost {
  const anEpoch = images.reduce((sum, each) => sum + each, 0);
  const each = images.map((count) => count.toLocaleString("en-US")).join(" + ");
  const sum = images.length > 1 ? `(${each})` : each;
  return {
    images: methods * anEpoch * epochs,
    words: `${methods} ${methods === 1 ? "run" : "runs"} x ${sum} images x ${epochs} epochs`,
    relativeWork: work / resnet32Work,
  };
}

function size(profile: "longtail" | "step", of: { classes: number; max: number; ratio: number }): number {
  return profileCounts(profile, of).reduce((sum, count) => sum + count, 0);
}

const cifar10 = (profile: "longtail" | "step", ratio: number): number =>
  size(profile, { classes: 10, max: datasetEntry("cifar10").trainSize / 10, ratio });
const tinyImageNet = (["longtail", "step"] as const).flatMap((profile) =>
  [100, 10].map((ratio) => size(profile, { classes: 200, max: 500, ratio })),
);
const onCifar = { epochs: 200, work: resnet32Work };

/** The tables and figures that cannot be reproduced yet: each says why, and what would have to be paid. */
export const missingExperiments: readonly MissingExperiment[] = [
  {
    kind: "missing",
    name: "table3",
    summary: "top-1 and top-5 error on iNaturalist 2018, ResNet-50",
    missing: ["data: iNaturalist 2018", "model: ResNet-50", "code: reading JPEG images"],
    advice:
      "The images: https://github.com/visipedia/inat_comp/tree/master/2018 (120 GB). A graphics card is needed: see the cost.",
    cost: cost(5, [437_513], { epochs: 90, work: 4.09e9 }),
  },
  {
    kind: "missing",
    name: "table4",
    summary: "top-1 and top-5 error on imbalanced Tiny ImageNet, ResNet-18",
    missing: ["data: Tiny ImageNet", "model: ResNet-18", "code: reading JPEG images"],
    advice: "The images: http://cs231n.stanford.edu/tiny-imagenet-200.zip (237 MB).",
    // ResNet-18 with its usual first layer: 1.82e9 for 224 x 224, of which 64 x 64 is a twelfth.
    cost: cost(5, tinyImageNet, { epochs: 120, work: 1.82e9 * (64 / 224) ** 2 }),
  },
  {
    kind: "missing",
    name: "table6",
    summary: "CIFAR-10 with test sets as imbalanced as the training set, in another order of the classes",
    missing: [
      "code: a test set cut to a profile with its classes in another order",
      "code: LDAM with the margins of equation 15, which a method must learn the test set's counts for",
    ],
    advice: "The margins are there for your own code: testPriorMargins in leeway/imbalance.",
    // Four training sets, two test sets each; only LDAM-DRW is trained for its test set.
    cost: cost(
      4,
      [cifar10("longtail", 100), cifar10("longtail", 10), cifar10("step", 100), cifar10("step", 10)],
      onCifar,
    ),
  },
];
