import { join } from "node:path";
import { exists, gunzipAtMost, hex, readAtMost } from "../files/bounded-read.ts";
import {
  type DatasetSplits,
  imageDataset,
  type ImageDataset,
  type ImageShape,
} from "../images/image-dataset.ts";
import { countingIds } from "../examples.ts";
import { fileError } from "../files/file-error.ts";

/** How a member of the MNIST family is laid out in its IDX files. */
export interface MnistLayout {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly shape: ImageShape;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly records: { readonly train: number; readonly test: number };
  /** Another data set under the same file names, known by how its training labels begin. */
  readonly mistakable?: { readonly title: string; readonly labels: readonly number[] };
}

/** Fashion-MNIST: 60,000 training and 10,000 test images of clothes, 28 × 28, grey. */
export const fashionMnistLayout: MnistLayout = {
  name: "fashion-mnist",
  classNames: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  shape: { channels: 1, height: 28, width: 28 },
  mean: [0.286],
  std: [0.353],
  records: { train: 60_000, test: 10_000 },
  mistakable: { title: "MNIST (handwritten digits)", labels: [5, 0, 4, 1, 9, 2, 1, 3, 1, 4] },
};

/** MNIST: 60,000 training and 10,000 test images of handwritten digits, 28 × 28, grey. */
export const mnistLayout: MnistLayout = {
  name: "mnist",
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  shape: { channels: 1, height: 28, width: 28 },
  mean: [0.1307],
  std: [0.3081],
  records: { train: 60_000, test: 10_000 },
  mistakable: { title: "Fashion-MNIST (clothes)", labels: [9, 0, 0, 3, 0, 2, 7, 2, 5, 5] },
};

/** The four files, without ".gz". */
export const idxFiles = {
  train: { images: "train-images-idx3-ubyte", labels: "train-labels-idx1-ubyte" },
  test: { images: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte" },
} as const;

/**
 * Reads MNIST's four IDX files, each packed (.gz) or not, from one folder.
 *
 * @throws RunError if a file is missing, is no IDX file of the expected sizes, or holds a label that is none
 * @source http://yann.lecun.com/exdb/mnist/, "The IDX file format"
 */
export async function loadMnist(folder: string, layout: MnistLayout): Promise<DatasetSplits> {
  return { train: await loadSplit(folder, layout, "train"), test: await loadSplit(folder, layout, "test") };
}

async function loadSplit(
  folder: string,
  layout: MnistLayout,
  split: keyof DatasetSplits,
): Promise<ImageDataset> {
  const { name, classNames, shape, mean, std } = layout;
  const length = layout.records[split];
  const labels = await readIdx(folder, idxFiles[split].labels, [length]);
  const wrong = labels.values.findIndex((label) => label >= classNames.length);
  if (wrong >= 0) {
    const expected = `a label from 0 to ${classNames.length - 1}`;
    throw fileError(labels.path, { part: `record ${wrong}`, expected, got: String(labels.values[wrong]) });
  }
  if (split === "train") requireNotMistaken(labels, layout);
  const images = await readIdx(folder, idxFiles[split].images, [length, shape.height, shape.width]);
  return imageDataset({
    name,
    classNames,
    shape,
    pixels: images.values,
    labels: Int32Array.from(labels.values),
    ids: countingIds(length),
    mean,
    std,
  });
}

interface IdxFile {
  readonly path: string;
  readonly values: Uint8Array;
}

/** An IDX file's bytes without its header: 00 00, 08 for bytes, the number of sizes, then each as 32 bits. */
async function readIdx(folder: string, name: string, sizes: readonly number[]): Promise<IdxFile> {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.writeUInt32BE(0x0800 | sizes.length, 0);
  sizes.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  const bytes = sizes.reduce((product, size) => product * size, 1) + header.length;

  const { path, content } = await readEither(join(folder, name), bytes);
  if (!content.subarray(0, 4).equals(header.subarray(0, 4))) {
    const expected = `an IDX file of ${sizes.length} sizes, which begins with ${hex(header.subarray(0, 4))}`;
    throw fileError(path, { expected, got: hex(content.subarray(0, 4)) || "an empty file" });
  }
  if (content.length >= header.length && !content.subarray(0, header.length).equals(header)) {
    const got = sizes.map((_, i) => content.readUInt32BE(4 + 4 * i)).join(" × ");
    throw fileError(path, { expected: `sizes ${sizes.join(" × ")}`, got });
  }
  if (content.length !== bytes) {
    throw fileError(path, { expected: `${bytes} bytes, unpacked`, got: String(content.length) });
  }
  return {
    path,
    values: new Uint8Array(content.buffer, content.byteOffset + header.length, bytes - header.length),
  };
}

async function readEither(plain: string, bytes: number): Promise<{ path: string; content: Buffer }> {
  if (await exists(plain)) return { path: plain, content: await readAtMost(plain, bytes) };
  const packed = `${plain}.gz`;
  if (await exists(packed)) return { path: packed, content: await gunzipAtMost(packed, bytes) };
  throw fileError(packed, {
    expected: "the file, packed or not",
    got: "nothing there",
    advice: "Put the data set's four files in one folder.",
  });
}

function requireNotMistaken({ path, values }: IdxFile, { name, mistakable }: MnistLayout): void {
  if (mistakable === undefined || !mistakable.labels.every((label, i) => values[i] === label)) return;
  throw fileError(path, {
    expected: `the labels of ${name}`,
    got: `those of ${mistakable.title}, whose files have the same names`,
    advice: "Point to the folder with the right files.",
  });
}
