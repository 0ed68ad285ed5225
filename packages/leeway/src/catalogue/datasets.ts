import { didYouMean, expected } from "../errors.ts";
import type { InputKind } from "./kinds.ts";

/** The data sets' names, as in options, records and pages. */
export const datasetNames = [
  "cifar10",
  "cifar100",
  "fashion-mnist",
  "mnist",
  "tiny-imagenet",
  "inaturalist2018",
  "imdb",
] as const;

/** The name of a data set of the catalogue. */
export type DatasetName = (typeof datasetNames)[number];

/** What is known of a published data set before it is read. */
export interface DatasetFacts {
  readonly name: DatasetName;
  readonly title: string;
  readonly kind: InputKind;
  /** K. */
  readonly classes: number;
  /** Examples in the published training split. */
  readonly trainSize: number;
  /** Training examples of its smallest class: a profile cuts all classes down from that. */
  readonly smallestClass: number;
  /** Examples in the published test split. */
  readonly testSize: number;
  /** Its home page. */
  readonly origin: string;
}

const facts: Readonly<Record<DatasetName, Omit<DatasetFacts, "name">>> = {
  cifar10: {
    ...{ title: "CIFAR-10", kind: "image", classes: 10 },
    ...{ trainSize: 50_000, smallestClass: 5000, testSize: 10_000 },
    origin: "https://www.cs.toronto.edu/~kriz/cifar.html",
  },
  cifar100: {
    ...{ title: "CIFAR-100", kind: "image", classes: 100 },
    ...{ trainSize: 50_000, smallestClass: 500, testSize: 10_000 },
    origin: "https://www.cs.toronto.edu/~kriz/cifar.html",
  },
  "fashion-mnist": {
    ...{ title: "Fashion-MNIST", kind: "image", classes: 10 },
    ...{ trainSize: 60_000, smallestClass: 6000, testSize: 10_000 },
    origin: "https://github.com/zalandoresearch/fashion-mnist",
  },
  mnist: {
    ...{ title: "MNIST", kind: "image", classes: 10 },
    ...{ trainSize: 60_000, smallestClass: 5421, testSize: 10_000 }, // the fives
    origin: "http://yann.lecun.com/exdb/mnist/",
  },
  "tiny-imagenet": {
    ...{ title: "Tiny ImageNet", kind: "image", classes: 200 },
    ...{ trainSize: 100_000, smallestClass: 500, testSize: 10_000 },
    origin: "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
  },
  inaturalist2018: {
    ...{ title: "iNaturalist 2018", kind: "image", classes: 8142 },
    ...{ trainSize: 437_513, smallestClass: 2, testSize: 24_426 }, // the largest has 1,000
    origin: "https://github.com/visipedia/inat_comp/tree/master/2018",
  },
  imdb: {
    ...{ title: "IMDB reviews", kind: "text", classes: 2 },
    ...{ trainSize: 25_000, smallestClass: 12_500, testSize: 25_000 },
    origin: "https://ai.stanford.edu/~amaas/data/sentiment/",
  },
};

/** Whether a name is one of the catalogue's. */
export function isDatasetName(name: string): name is DatasetName {
  return (datasetNames as readonly string[]).includes(name);
}

/**
 * What is known of the data set of that name.
 *
 * @throws ArgumentError with the nearest name where there is none
 */
export function datasetFacts(name: string): DatasetFacts {
  if (isDatasetName(name)) return { name, ...facts[name] };
  const what = `to be one of ${datasetNames.join(", ")}`;
  throw expected("recipe", "dataset", what, name, didYouMean(name, datasetNames));
}
