import { datasetFacts, type DatasetFacts } from "../../catalogue/index.ts";
import { cifar100Layout, cifar10Layout } from "./cifar-layouts.ts";
import { cifarShape, loadCifar, type CifarLayout } from "./cifar.ts";
import type { InputShape } from "../dataset.ts";
import { type DatasetSplits, imageDataset } from "../images/image-dataset.ts";
import { locateDataset, type DatasetFiles } from "./locate.ts";
import { fashionMnistLayout, idxFiles, loadMnist, type MnistLayout, mnistLayout } from "./mnist.ts";
import { iNaturalistEntry, tinyImageNetEntry } from "./photo-sets.ts";
import { type Reading, ready, type Source } from "../source.ts";
import { loadImdb } from "./imdb.ts";
import { textSource } from "../text/text-source.ts";
import type { Augment } from "../images/transforms.ts";

/** A data set of the catalogue, and how to read it. */
export interface DatasetEntry extends DatasetFacts {
  /** What a network is given of it. What is only known once it has been read (a vocabulary) is 0 here. */
  readonly input: InputShape;
  readonly files: DatasetFiles;
  /** Reads it from its archive or folder. */
  readonly load: (path: string, reading?: Reading) => Promise<Source>;
}

const whereTo =
  "into a folder that --data-dir or LEEWAY_DATA names, or into ~/.cache/leeway/data (macOS: ~/Library/Caches/leeway/data)";

function cifarEntry(
  layout: CifarLayout,
  { archive, folder }: { readonly archive: string; readonly folder: string },
): DatasetEntry {
  const facts = datasetFacts(layout.name);
  const files = layout.batches.map(({ file }) => file);
  const advice = `Put https://www.cs.toronto.edu/~kriz/${archive}, as it is or unpacked, ${whereTo}.`;
  return {
    ...facts,
    input: { kind: "image", ...cifarShape },
    files: { title: facts.title, archive, folder, files, advice },
    load: async (path) => varied(await loadCifar(path, layout), { pad: 4, flip: true }),
  };
}

/** Images with their usual variation in training; `flip` says whether a mirror image still shows its class. */
function varied({ train, test }: DatasetSplits, augment: Augment): Source {
  return ready({ train: imageDataset({ ...train, augment }), test });
}

/** The four files of the MNIST family lie in a folder of their own, never in an archive. */
function mnistEntry(
  layout: MnistLayout,
  files: Pick<DatasetFiles, "systemFolder" | "advice">,
  augment: Augment,
): DatasetEntry {
  const { name, shape } = layout;
  const facts = datasetFacts(name);
  return {
    ...facts,
    input: { kind: "image", ...shape },
    files: {
      ...files,
      title: facts.title,
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
  fashionMnistLayout,
  {
    systemFolder: "/usr/share/datasets/fashion-mnist",
    advice:
      "On Debian and Ubuntu: apt install dataset-fashion-mnist. Elsewhere put the four .gz files " +
      `of https://github.com/zalandoresearch/fashion-mnist, in a folder fashion-mnist, ${whereTo}.`,
  },
  { pad: 4, flip: true },
);

const mnist = mnistEntry(
  mnistLayout,
  {
    advice:
      "Put its four files (train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz and the same of t10k), of " +
      "http://yann.lecun.com/exdb/mnist/ or https://ossci-datasets.s3.amazonaws.com/mnist/, " +
      `in a folder mnist, ${whereTo}.`,
  },
  { pad: 2, flip: false }, // a mirrored digit is another one, or none
);

/** Movie reviews; the archive's folder has a `train` and a `test`, so the data folder itself may be it. */
const imdb: DatasetEntry = {
  ...datasetFacts("imdb"),
  input: { kind: "text", vocabulary: 0 },
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
  cifarEntry(cifar10Layout, {
    archive: "cifar-10-binary.tar.gz",
    folder: "cifar-10-batches-bin",
  }),
  cifarEntry(cifar100Layout, {
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
  const facts = datasetFacts(name);
  return datasets.find((each) => each.name === facts.name)!; // every name of the catalogue has its entry
}

/**
 * Finds a data set's files and reads them.
 *
 * @param name as in the catalogue
 * @throws ArgumentError if there is no data set of that name
 * @throws RunError with code "data" if its files are nowhere, or are damaged; the message names them
 */
export async function loadDataset(name: string, reading: Reading = {}): Promise<Source> {
  const entry = datasetEntry(name);
  return entry.load(await locateDataset(entry.files, { dataDir: reading.dataDir }), reading);
}
