import { didYouMean, expected } from "../../errors.ts";
import { cifar100Layout, cifar10Layout } from "./cifar-layouts.ts";
import { cifarShape, loadCifar, type CifarLayout } from "./cifar.ts";
import type { InputShape } from "../dataset.ts";
import { type DatasetSplits, imageDataset } from "../images/image-dataset.ts";
import { locateDataset, type DatasetFiles, type Surroundings } from "./locate.ts";
import { fashionMnistLayout, mnistLayout } from "./mnist-layouts.ts";
import { idxFiles, loadMnist, type MnistLayout } from "./mnist.ts";
import { iNaturalistEntry, tinyImageNetEntry } from "./photo-sets.ts";
import { type Reading, ready, type Source } from "../source.ts";
import { imdbClassNames, imdbLayout, loadImdb } from "./imdb.ts";
import { textSource } from "../text/text-source.ts";
import type { Augment } from "../images/transforms.ts";

/** The data sets' names, as in options, records and pages. */
export type DatasetName =
  "cifar10" | "cifar100" | "fashion-mnist" | "mnist" | "tiny-imagenet" | "inaturalist2018" | "imdb";

/** What is known of a data set before it is read, and how to read it. */
export interface DatasetEntry {
  readonly name: DatasetName;
  readonly title: string;
  /** K. */
  readonly classes: number;
  /** Examples in the published training split. */
  readonly trainSize: number;
  /** Training examples of its smallest class: a profile cuts all classes down from that. */
  readonly smallestClass: number;
  /** Examples in the published test split. */
  readonly testSize: number;
  /** What a network is given of it. What is only known once it has been read (a vocabulary) is 0 here. */
  readonly input: InputShape;
  /** Its home page. */
  readonly origin: string;
  readonly files: DatasetFiles;
  /** Reads it from its archive or folder. */
  readonly load: (path: string, reading?: Reading) => Promise<Source>;
}

const whereTo =
  "into a folder that --data-dir or LEEWAY_DATA names, or into ~/.cache/leeway/data (macOS: ~/Library/Caches/leeway/data)";
const cifarPage = "https://www.cs.toronto.edu/~kriz/cifar.html";

function cifarEntry(
  name: DatasetName,
  layout: CifarLayout,
  said: { title: string; archive: string; folder: string },
): DatasetEntry {
  const { title, archive, folder } = said;
  const files = layout.batches.map(({ file }) => file);
  const sizeOf = (split: keyof DatasetSplits): number =>
    layout.batches.reduce((sum, batch) => sum + (batch.split === split ? batch.records : 0), 0);
  const advice = `Put https://www.cs.toronto.edu/~kriz/${archive}, as it is or unpacked, ${whereTo}.`;
  return {
    name,
    title,
    classes: layout.classNames.length,
    trainSize: sizeOf("train"),
    smallestClass: sizeOf("train") / layout.classNames.length, // they are of one size
    testSize: sizeOf("test"),
    input: { kind: "image", ...cifarShape },
    origin: cifarPage,
    files: { title, archive, folder, files, advice },
    load: async (path) => varied(await loadCifar(path, layout), { pad: 4, flip: true }),
  };
}

/** Images with their usual variation in training; `flip` says whether a mirror image still shows its class. */
function varied({ train, test }: DatasetSplits, augment: Augment): Source {
  return ready({ train: imageDataset({ ...train, augment }), test });
}

/** The four files of the MNIST family lie in a folder of their own, never in an archive. */
function mnistEntry(
  layout: MnistLayout & { readonly name: DatasetName },
  said: Pick<DatasetEntry, "title" | "origin"> & Pick<DatasetFiles, "systemFolder" | "advice">,
  augment: Augment,
): DatasetEntry {
  const { name, classNames, records, smallestClass, shape } = layout;
  const { title, origin, ...files } = said;
  return {
    name,
    title,
    classes: classNames.length,
    trainSize: records.train,
    smallestClass,
    testSize: records.test,
    input: { kind: "image", ...shape },
    origin,
    files: {
      ...files,
      title,
      folder: name,
      files: Object.values(idxFiles).flatMap(({ images, labels }) => [
        images,
        `${images}.gz`,
        labels,
        `${labels}.gz`,
      ]),
    },
    load: async (path) => varied(await loadMnist(path, layout), augment),
  };
}

const fashionMnist = mnistEntry(
  { ...fashionMnistLayout, name: "fashion-mnist" },
  {
    title: "Fashion-MNIST",
    origin: "https://github.com/zalandoresearch/fashion-mnist",
    systemFolder: "/usr/share/datasets/fashion-mnist",
    advice:
      "On Debian and Ubuntu: apt install dataset-fashion-mnist. Elsewhere put the four .gz files " +
      `of https://github.com/zalandoresearch/fashion-mnist, in a folder fashion-mnist, ${whereTo}.`,
  },
  { pad: 4, flip: true },
);

const mnist = mnistEntry(
  { ...mnistLayout, name: "mnist" },
  {
    title: "MNIST",
    origin: "http://yann.lecun.com/exdb/mnist/",
    advice:
      "Put its four files (train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz and the same of t10k), of " +
      "http://yann.lecun.com/exdb/mnist/ or https://ossci-datasets.s3.amazonaws.com/mnist/, " +
      `in a folder mnist, ${whereTo}.`,
  },
  { pad: 2, flip: false }, // a mirrored digit is another one, or none
);

/** Movie reviews; the archive's folder has a `train` and a `test`, so the data folder itself may be it. */
const imdb: DatasetEntry = {
  name: "imdb",
  title: "IMDB reviews",
  classes: imdbClassNames.length,
  trainSize: 2 * imdbLayout.perClass,
  smallestClass: imdbLayout.perClass,
  testSize: 2 * imdbLayout.perClass,
  input: { kind: "text", vocabulary: 0 },
  origin: "https://ai.stanford.edu/~amaas/data/sentiment/",
  files: {
    title: "IMDB reviews",
    archive: "aclImdb_v1.tar.gz",
    folder: "aclImdb",
    files: ["train/neg", "train/pos", "test/neg", "test/pos"],
    advice: `Put https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz, as it is or unpacked, ${whereTo}.`,
  },
  load: async (path) => textSource(await loadImdb(path)),
};

/** Every data set that can be named. */
export const datasets: readonly DatasetEntry[] = [
  cifarEntry("cifar10", cifar10Layout, {
    title: "CIFAR-10",
    archive: "cifar-10-binary.tar.gz",
    folder: "cifar-10-batches-bin",
  }),
  cifarEntry("cifar100", cifar100Layout, {
    title: "CIFAR-100",
    archive: "cifar-100-binary.tar.gz",
    folder: "cifar-100-binary",
  }),
  fashionMnist,
  mnist,
  tinyImageNetEntry(whereTo),
  iNaturalistEntry(whereTo),
  imdb,
];

/**
 * The data set of that name.
 *
 * @throws ArgumentError with the nearest name where there is none
 */
export function datasetEntry(name: string): DatasetEntry {
  const entry = datasets.find((each) => each.name === name);
  if (entry !== undefined) return entry;
  const names = datasets.map((each) => each.name);
  throw expected(
    "datasetEntry",
    "dataset",
    `to be one of ${names.join(", ")}`,
    name,
    didYouMean(name, names),
  );
}

/**
 * Finds a data set's files and reads them.
 *
 * @param name as in the catalogue
 * @throws ArgumentError if there is no data set of that name
 * @throws RunError with code "data" if its files are nowhere, or are damaged; the message names them
 */
export async function loadDataset(
  name: string,
  { dataDir, ...reading }: Pick<Surroundings, "dataDir"> & Reading = {},
): Promise<Source> {
  const entry = datasetEntry(name);
  return entry.load(await locateDataset(entry.files, { dataDir }), reading);
}
