import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { readAtMost, readable } from "../files/bounded-read.ts";
import { fileError } from "../files/file-error.ts";
import { stampAt } from "../images/folder-listing.ts";
import { folderSource } from "../images/folder-source.ts";
import { type ImageListing, type ImageSplit, type ListedImage, requireListing } from "../images/listing.ts";
import { readZipText, type ZipDirectory, zipDirectory, zipSource } from "../images/zip-source.ts";

const top = "tiny-imagenet-200";
const maxTextBytes = 16 << 20;

/** What the data set's files are read by, in a folder or in an archive. */
interface Layout {
  readonly place: string;
  text(name: string): Promise<string>;
  /** Names of a class's training images. */
  train(wnid: string): Promise<readonly string[]>;
  /** What changes when an image does. */
  stamp(path: string): Promise<string>;
}

/**
 * Lists Tiny ImageNet-200 from tiny-imagenet-200.zip or its folder: 500 training images of each of 200 classes,
 * and the 50 of each whose labels `val/val_annotations.txt` tells as the test set. The images in `test` have no
 * published labels and are left out.
 *
 * Labels follow the order of `wnids.txt`; classes are named by their WordNet ids and first words.
 *
 * @throws RunError if a list is missing or damaged, or names a class or an image that is not there
 * @source http://cs231n.stanford.edu/tiny-imagenet-200.zip, its folders and files
 */
export async function listTinyImageNet(path: string): Promise<ImageListing> {
  const found = await readable(path, stat(path));
  if (found.isDirectory()) return listed(folderLayout(path), folderSource(path));
  const directory = await zipDirectory(
    path,
    (name) => name.startsWith(`${top}/`) && !name.startsWith(`${top}/test/`),
  );
  return listed(zipLayout(directory), zipSource(directory, top));
}

async function listed(layout: Layout, source: ImageListing["source"]): Promise<ImageListing> {
  const wnids = lines(await layout.text("wnids.txt"));
  const labels = new Map(wnids.map((wnid, label) => [wnid, label]));
  if (labels.size !== wnids.length || wnids.some((wnid) => !/^n\d{8}$/.test(wnid))) {
    const got = `${wnids.length} lines, ${labels.size} of them different`;
    throw fileError(layout.place, {
      part: "wnids.txt",
      expected: "a different WordNet id (n and 8 digits) a line",
      got,
    });
  }
  const images: ListedImage[] = [];
  const add = async (path: string, split: ImageSplit, label: number): Promise<void> => {
    images.push({ path, split, label, stamp: await layout.stamp(path) });
  };
  for (const [label, wnid] of wnids.entries()) {
    for (const name of await layout.train(wnid)) await add(`train/${wnid}/images/${name}`, "train", label);
  }
  for (const [name, label] of annotations(
    layout.place,
    await layout.text("val/val_annotations.txt"),
    labels,
  )) {
    await add(`val/images/${name}`, "test", label);
  }
  const words = await layout.text("words.txt").catch(() => ""); // only names hang on it
  const listing = { name: "tiny-imagenet", classNames: classNames(wnids, words), images, source, notes: [] };
  return requireListing(listing, layout.place);
}

/** An image's name and label a line of val_annotations.txt: name, WordNet id and a box, between tabs. */
function annotations(
  place: string,
  text: string,
  labels: ReadonlyMap<string, number>,
): (readonly [string, number])[] {
  return lines(text).map((line, i) => {
    const [name = "", wnid = ""] = line.split("\t");
    const label = labels.get(wnid);
    if (label !== undefined && /^[\w.-]+$/.test(name) && !name.startsWith(".")) return [name, label] as const;
    throw fileError(place, {
      part: `val/val_annotations.txt, line ${i + 1}`,
      expected: "the name of an image and a WordNet id of wnids.txt, between tabs",
      got: `"${line.slice(0, 80)}"`,
    });
  });
}

/** "n01443537 goldfish": the id, since several classes share a word, and the first word words.txt tells of it. */
function classNames(wnids: readonly string[], words: string): string[] {
  const known = new Map(
    lines(words).map((line) => {
      const [wnid = "", word = ""] = line.split("\t");
      return [wnid, word] as const;
    }),
  );
  return wnids.map((wnid) => {
    const word = known.get(wnid)?.split(",", 1)[0]?.replace(/\p{C}/gu, "").trim();
    return word === undefined || word === "" ? wnid : `${wnid} ${word}`;
  });
}

function lines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}

function folderLayout(folder: string): Layout {
  return {
    place: folder,
    text: async (name) => (await readAtMost(join(folder, name), maxTextBytes)).toString("utf8"),
    train: async (wnid) => {
      const path = join(folder, "train", wnid, "images");
      const names = await readable(path, readdir(path));
      return names.filter((name) => name.endsWith(".JPEG")).sort();
    },
    stamp: (path) => stampAt(join(folder, path)),
  };
}

function zipLayout(directory: ZipDirectory): Layout {
  const train = new Map<string, string[]>();
  for (const name of directory.entries.keys()) {
    const [, split, wnid, folder, file] = name.split("/");
    if (split !== "train" || folder !== "images" || !file?.endsWith(".JPEG")) continue;
    const names = train.get(wnid!) ?? [];
    names.push(file);
    train.set(wnid!, names);
  }
  return {
    place: directory.path,
    text: (name) => readZipText(directory, `${top}/${name}`, maxTextBytes),
    train: (wnid) => Promise.resolve((train.get(wnid) ?? []).sort()),
    stamp: (path) => {
      const entry = directory.entries.get(`${top}/${path}`);
      return Promise.resolve(entry === undefined ? "missing" : `${entry.uncompressedSize}:${entry.crc32}`);
    },
  };
}
