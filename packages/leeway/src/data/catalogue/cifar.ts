import {
  type DatasetSplits,
  imageDataset,
  type ImageDataset,
  type ImageShape,
  imageSize,
} from "../images/image-dataset.ts";
import { countingIds } from "../examples.ts";
import { fileError } from "../files/file-error.ts";
import { readFiles, type FoundFile, type WantedFile } from "../files/file-set.ts";

/** One file of records, and where its images belong. */
export interface CifarBatch {
  readonly file: string;
  readonly split: keyof DatasetSplits;
  readonly records: number;
}

/** How a member of the CIFAR family is laid out in its binary version. */
export interface CifarLayout {
  readonly name: string;
  /** In the order of the original ids. */
  readonly batches: readonly CifarBatch[];
  /** The label bytes before a record's pixels; the last is the one used. */
  readonly labels: readonly { readonly what: string; readonly classes: number }[];
  /** The text file with one class name a line. */
  readonly namesFile: string;
  /** The names where that file is missing. */
  readonly classNames: readonly string[];
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Every image of the family. */
export const cifarShape: ImageShape = { channels: 3, height: 32, width: 32 };
const plane = cifarShape.height * cifarShape.width;
const imageBytes = imageSize(cifarShape);
const namesBytes = 64 << 10;

/**
 * Reads CIFAR's binary version from its .tar.gz or from the folder that it unpacks to.
 *
 * A record is its label bytes, then 1,024 red, 1,024 green and 1,024 blue bytes; the three are interleaved
 * here, once, so that nothing later has to.
 *
 * @param path the archive or the folder
 * @throws RunError if a file is missing, of the wrong size, repeated, or holds a label that is none
 * @source https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version"
 */
export async function loadCifar(path: string, layout: CifarLayout): Promise<DatasetSplits> {
  const splits = { train: emptySplit(layout, "train"), test: emptySplit(layout, "test") };
  let classNames = layout.classNames;
  for await (const found of readFiles(path, wantedFiles(layout))) {
    const batch = layout.batches.find(({ file }) => file === found.name);
    if (batch === undefined) classNames = parseNames(found, layout.classNames.length);
    else decode(found, batch, { layout, into: splits[batch.split], first: firstId(layout, batch) });
  }
  requireDistinct(path, layout, splits);
  return { train: { ...splits.train, classNames }, test: { ...splits.test, classNames } };
}

function wantedFiles({ batches, labels, namesFile }: CifarLayout): WantedFile[] {
  const records = batches.map((batch): WantedFile => ({
    name: batch.file,
    bytes: batch.records * (labels.length + imageBytes),
    kind: "records",
  }));
  return [...records, { name: namesFile, bytes: namesBytes, kind: "text" }];
}

function emptySplit(layout: CifarLayout, split: CifarBatch["split"]): ImageDataset {
  const { name, classNames, mean, std, batches } = layout;
  const length = batches.reduce((sum, batch) => sum + (batch.split === split ? batch.records : 0), 0);
  return imageDataset({
    name,
    classNames,
    shape: cifarShape,
    pixels: new Uint8Array(length * imageBytes),
    labels: new Int32Array(length),
    ids: countingIds(length),
    mean,
    std,
  });
}

/** The id of a batch's first record: what the split's earlier batches hold. */
function firstId({ batches }: CifarLayout, batch: CifarBatch): number {
  const earlier = batches.slice(0, batches.indexOf(batch)).filter(({ split }) => split === batch.split);
  return earlier.reduce((sum, { records }) => sum + records, 0);
}

interface Destination {
  readonly layout: CifarLayout;
  readonly into: ImageDataset;
  readonly first: number;
}

function decode(found: FoundFile, batch: CifarBatch, { layout, into, first }: Destination): void {
  const { content } = found;
  const { pixels, labels } = into;
  let from = 0;
  for (let record = 0; record < batch.records; record++) {
    for (const { what, classes } of layout.labels) {
      const label = content[from++]!;
      if (label >= classes) throw labelError(found, { record, what, classes, label });
      labels[first + record] = label;
    }
    let to = (first + record) * imageBytes;
    for (let i = 0; i < plane; i++, from++) {
      pixels[to++] = content[from]!;
      pixels[to++] = content[from + plane]!;
      pixels[to++] = content[from + 2 * plane]!;
    }
    from += 2 * plane;
  }
}

function labelError(
  { path, part }: FoundFile,
  { record, what, classes, label }: { record: number; what: string; classes: number; label: number },
): Error {
  const place = part === undefined ? `record ${record}` : `${part}, record ${record}`;
  return fileError(path, { part: place, expected: `a ${what} from 0 to ${classes - 1}`, got: String(label) });
}

function parseNames({ path, part, content }: FoundFile, classes: number): string[] {
  const names = content
    .toString("utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const mismatch = { ...(part === undefined ? {} : { part }), expected: `${classes} different class names` };
  // Control characters would reach a terminal when the names are printed.
  if (names.some((line) => /\p{C}/u.test(line))) {
    throw fileError(path, { ...mismatch, got: "bytes that are not text" });
  }
  if (new Set(names).size !== classes || names.length !== classes) {
    throw fileError(path, { ...mismatch, got: `${names.length} (${names.slice(0, 5).join(", ")})` });
  }
  return names;
}

/** A batch copied over another keeps its size and its labels' range; only the images tell. */
function requireDistinct(path: string, layout: CifarLayout, splits: DatasetSplits): void {
  const contents = layout.batches.map((batch) => {
    const first = firstId(layout, batch) * imageBytes;
    const { pixels } = splits[batch.split];
    return { file: batch.file, bytes: Buffer.from(pixels.buffer, first, batch.records * imageBytes) };
  });
  contents.forEach((one, i) => {
    const twin = contents.slice(0, i).find(({ bytes }) => bytes.equals(one.bytes));
    if (twin === undefined) return;
    throw fileError(path, { part: one.file, expected: "images of its own", got: `those of ${twin.file}` });
  });
}
