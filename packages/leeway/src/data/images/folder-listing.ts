import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { exists, readable } from "../files/bounded-read.ts";
import { fileError } from "../files/file-error.ts";
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

/** Folders deeper than this inside a class's are not looked into. */
const maxDepth = 16;

/**
 * Lists a folder of images: a folder a class, or such folders inside those of splits, see {@link partsOf}.
 *
 * Classes are the folders' names in the order of their characters. Folders inside a class's are looked into.
 * Hidden files are passed over; what has not the ending of an image is counted in the notes.
 *
 * @param data how it is read, and the folders of the other splits where they lie elsewhere
 * @throws RunError if the folder cannot be read, holds a link (none is followed) or no images of two classes
 */
export async function listFolder(
  folder: string,
  data: Pick<CustomData, "testPaths" | "validationPaths" | "options"> = {},
): Promise<ImageListing> {
  const root = resolve(folder);
  await readFolder(root);
  const parts = await partsOf({ ...data, kind: "image", paths: [root] });
  const found: Found = { images: [], others: [], empty: [] };
  const level = data.options?.["classFolders"] === "inner" ? "inner" : "top";
  const roots = { train: root, test: root, validation: root };
  await addSplit(root, parts.train, { split: "train", level, found });
  for (const split of ["test", "validation"] as const) {
    const [elsewhere] = (split === "test" ? data.testPaths : data.validationPaths) ?? [];
    if (elsewhere !== undefined) roots[split] = resolve(elsewhere);
    const inside = elsewhere === undefined ? parts[split] : "";
    if (inside !== undefined) await addSplit(roots[split], inside, { split, level, found });
  }
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

/** What changes when a file does, for {@link ListedImage}. */
export function stampOf({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }): string {
  return `${size}:${Math.round(mtimeMs)}`;
}

/** The stamp of the file at a path; "missing" where there is none, so that a cache made without it is made again. */
export async function stampAt(path: string): Promise<string> {
  return (await exists(path)) ? stampOf(await lstat(path)) : "missing";
}

interface Found {
  readonly images: (Omit<ListedImage, "label"> & { readonly className: string })[];
  /** Files that are no images by their ending. */
  readonly others: string[];
  /** Folders of classes without images. */
  readonly empty: string[];
}

interface AddedSplit {
  readonly split: ImageSplit;
  /** Which folders are the classes: those in it, or those inside them. */
  readonly level: "top" | "inner";
  readonly found: Found;
}

/** Adds the images of a folder that has a folder a class. */
async function addSplit(root: string, folder: string, { split, level, found }: AddedSplit): Promise<void> {
  for (const entry of await readFolder(join(root, folder))) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) {
      found.others.push(path);
      continue;
    }
    if (level === "inner") {
      await addSplit(root, path, { split, level: "top", found });
      continue;
    }
    const before = found.images.length;
    await walk(root, path, { split, className: entry.name, depth: 0, found });
    if (found.images.length === before) found.empty.push(path);
  }
}

interface Place {
  readonly split: ImageSplit;
  readonly className: string;
  readonly depth: number;
  readonly found: Found;
}

/** Adds all images below `path`, in the order of their names. */
async function walk(root: string, path: string, place: Place): Promise<void> {
  const { split, className, depth, found } = place;
  if (depth > maxDepth)
    throw fileError(join(root, path), { expected: "fewer folders in folders", got: "more" });
  for (const entry of await readFolder(join(root, path))) {
    const inside = `${path}/${entry.name}`;
    if (entry.isDirectory()) await walk(root, inside, { ...place, depth: depth + 1 });
    else if (!isImageName(entry.name)) found.others.push(inside);
    else {
      if (found.images.length === maxImages) {
        throw fileError(root, {
          expected: `at most ${maxImages} images`,
          got: "more",
          advice: "Use a part of it.",
        });
      }
      found.images.push({ path: inside, split, className, stamp: stampOf(await lstat(join(root, inside))) });
    }
  }
}

/** A folder's files and folders, without hidden ones, by name. */
async function readFolder(path: string): Promise<Dirent[]> {
  const entries = await readable(path, readdir(path, { withFileTypes: true }));
  const link = entries.find((entry) => entry.isSymbolicLink());
  if (link !== undefined) {
    throw fileError(join(path, link.name), {
      expected: "a file or folder",
      got: "a link",
      advice: "Links are not followed: put what it points to in its place.",
    });
  }
  return entries.filter(({ name }) => !name.startsWith(".")).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function notesOf({ others, empty }: Found): string[] {
  return [
    ...empty.map((path) => `${path} holds no images and is left out`),
    ...otherFilesNote(others, "image"),
  ];
}
