import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { fileError } from "../files/file-error.ts";
import { filesBelow, folderEntries, linkNotes } from "../files/files-below.ts";
import type { CustomData } from "../../catalogue/index.ts";
import { otherFilesNote } from "../custom/class-folders.ts";
import { partsNotes, partsOf } from "../custom/split-folders.ts";
import { isImageName } from "./decode.ts";
import { folderSource } from "./folder-source.ts";
import {
  type ImageListing,
  type ImageSplit,
  type ListedImage,
  maxImages,
  requireListing,
} from "./listing.ts";

/**
 * Lists a folder of images: a folder a class, or such folders inside those of splits, see {@link partsOf}.
 *
 * Classes are the folders' names in the order of their characters. Folders inside a class's are looked into,
 * and links are followed. Hidden files are passed over; what has not the ending of an image is counted in the notes.
 *
 * @param data how it is read, and the folders of the other splits where they lie elsewhere
 * @throws RunError if the folder cannot be read, or holds no images of two classes
 */
export async function listFolder(
  folder: string,
  data: Pick<CustomData, "testPaths" | "validationPaths" | "options"> = {},
): Promise<ImageListing> {
  const root = resolve(folder);
  const parts = await partsOf({ ...data, kind: "image", paths: [root] });
  const found: Found = { images: [], others: [], empty: [], loops: [], outside: [] };
  const level = data.options?.["classFolders"] === "inner" ? "inner" : "top";
  const roots = { train: root, test: root, validation: root };
  await addSplit(root, parts.train, { split: "train", level, found });
  for (const split of ["test", "validation"] as const) {
    const [elsewhere] = (split === "test" ? data.testPaths : data.validationPaths) ?? [];
    if (elsewhere !== undefined) roots[split] = resolve(elsewhere);
    const inside = elsewhere === undefined ? parts[split] : "";
    if (inside !== undefined) await addSplit(roots[split], inside, { split, level, found });
  }
  requireFolders(root, found);
  const classNames = [...new Set(found.images.map(({ className }) => className))].sort();
  const labels = new Map(classNames.map((name, label) => [name, label]));
  const listing: ImageListing = {
    name: basename(root),
    classNames,
    images: found.images.map(({ className, ...image }) => ({ ...image, label: labels.get(className)! })),
    source: folderSource(root, (index) => roots[found.images[index]!.split]), // as many as images
    notes: [...partsNotes(parts), ...notesOf(found)],
  };
  return requireListing(listing, folder);
}

/** Refuses images that lie in the folder itself, where none is in the folder of a class. */
function requireFolders(root: string, { images, others }: Pick<Found, "images" | "others">): void {
  const beside = others.filter(isImageName);
  if (images.length > 0 || beside.length === 0) return;
  throw fileError(root, {
    expected: "a folder of images for each class",
    got: `${beside.length} images in none, such as ${beside[0]!}`, // there is one
    advice: "Put those of each class into a folder of its own, or name a table of their paths and classes.",
  });
}

/** What changes when a file does, for {@link ListedImage}. */
export function stampOf({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }): string {
  return `${size}:${Math.round(mtimeMs)}`;
}

/** The stamp of the file at a path; "missing" where there is none, so that a cache made without it is made again. */
export async function stampAt(path: string): Promise<string> {
  return stat(path).then(stampOf, () => "missing");
}

interface Found {
  readonly images: (Omit<ListedImage, "label"> & { readonly className: string })[];
  /** Files that are no images by their ending. */
  readonly others: string[];
  /** Folders of classes without images. */
  readonly empty: string[];
  /** Links, as in {@link filesBelow}. */
  readonly loops: string[];
  readonly outside: string[];
}

interface AddedSplit {
  readonly split: ImageSplit;
  /** Which folders are the classes: those in it, or those inside them. */
  readonly level: "top" | "inner";
  readonly found: Found;
}

/** Adds the images of a folder that has a folder a class. */
async function addSplit(root: string, folder: string, { split, level, found }: AddedSplit): Promise<void> {
  for (const entry of await folderEntries(join(root, folder))) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isFolder) {
      found.others.push(path);
      continue;
    }
    if (level === "inner") {
      await addSplit(root, path, { split, level: "top", found });
      continue;
    }
    const before = found.images.length;
    await addClass(root, path, { split, className: entry.name, found });
    if (found.images.length === before) found.empty.push(path);
  }
}

/** Adds all images of a class's folder. */
async function addClass(
  root: string,
  path: string,
  { split, className, found }: Pick<AddedSplit, "split" | "found"> & { readonly className: string },
): Promise<void> {
  const { files, loops, outside } = await filesBelow(root, path);
  found.loops.push(...loops);
  found.outside.push(...outside);
  for (const file of files) {
    if (!isImageName(file)) {
      found.others.push(file);
      continue;
    }
    if (found.images.length === maxImages) {
      throw fileError(root, {
        expected: `at most ${maxImages} images`,
        got: "more",
        advice: "Use a part of it.",
      });
    }
    found.images.push({ path: file, split, className, stamp: await stampAt(join(root, file)) });
  }
}

function notesOf({ others, empty, ...links }: Found): string[] {
  return [
    ...empty.map((path) => `${path} holds no images and is left out`),
    ...otherFilesNote(others, "image"),
    ...linkNotes(links),
  ];
}
