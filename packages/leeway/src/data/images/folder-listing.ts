import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { unreadable } from "../bounded-read.ts";
import { fileError } from "../file-error.ts";
import { imageEndings } from "./decode.ts";
import { folderSource } from "./folder-source.ts";
import {
  type ImageListing,
  type ImageSplit,
  type ListedImage,
  mostImages,
  requireListing,
} from "./listing.ts";

/** What the folder of a test set may be called, beside one called "train". */
const testNames = ["test", "val", "valid", "validation"];

/** Folders deeper than this inside a class's are not looked into. */
const mostDepth = 16;

/**
 * Lists a folder of images: a folder a class, or such folders inside `train` and one of `test`, `val`, `valid`
 * or `validation`.
 *
 * Classes are the folders' names in the order of their characters. Folders inside a class's are looked into.
 * Hidden files are passed over; what has not the ending of an image is counted in the notes.
 *
 * @throws RunError if the folder cannot be read, holds a link (none is followed) or no images of two classes
 */
export async function listFolder(folder: string): Promise<ImageListing> {
  const root = resolve(folder);
  const top = await readFolder(root);
  const splits = splitFolders(top);
  const found: Found = { images: [], others: [] };
  const notes: string[] = [];
  for (const [split, inside] of splits.used) {
    const classes = inside === "" ? top : await readFolder(join(root, inside));
    for (const entry of classes) {
      if (entry.isDirectory()) {
        const before = found.images.length;
        const path = inside === "" ? entry.name : `${inside}/${entry.name}`;
        await walk(root, path, { split, className: entry.name, depth: 0, found });
        if (found.images.length === before) notes.push(`${path} holds no images and is left out`);
      } else found.others.push(inside === "" ? entry.name : `${inside}/${entry.name}`);
    }
  }
  if (splits.unused.length > 0)
    notes.push(`${splits.unused.join(", ")}: left out, since a test set is there`);
  if (found.others.length > 0) notes.push(otherFiles(found.others));
  const classNames = [...new Set(found.images.map(({ className }) => className))].sort();
  const labels = new Map(classNames.map((name, label) => [name, label]));
  const images = found.images.map(({ className, ...image }): ListedImage => ({
    ...image,
    label: labels.get(className)!,
  }));
  const listing = { name: basename(root), classNames, images, source: folderSource(root), notes };
  return requireListing(listing, folder);
}

/** What changes when a file does, for {@link ListedImage}. */
export function stampOf({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }): string {
  return `${size}:${Math.round(mtimeMs)}`;
}

interface Found {
  readonly images: (Omit<ListedImage, "label"> & { readonly className: string })[];
  readonly others: string[];
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
  if (depth > mostDepth)
    throw fileError(join(root, path), { expected: "fewer folders in folders", got: "more" });
  for (const entry of await readFolder(join(root, path))) {
    const inside = `${path}/${entry.name}`;
    if (entry.isDirectory()) await walk(root, inside, { ...place, depth: depth + 1 });
    else if (!imageEndings.includes(extname(entry.name).toLowerCase())) found.others.push(inside);
    else {
      if (found.images.length === mostImages) {
        throw fileError(root, {
          expected: `at most ${mostImages} images`,
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
  const entries = await readdir(path, { withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
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

/** Where the splits lie: in folders of their own if `train` and another are there, else all is for training. */
function splitFolders(top: readonly Dirent[]): {
  readonly used: readonly (readonly [ImageSplit, string])[];
  readonly unused: readonly string[];
} {
  const folders = new Set(top.filter((entry) => entry.isDirectory()).map(({ name }) => name));
  const [test, ...unused] = testNames.filter((name) => folders.has(name));
  if (!folders.has("train") || test === undefined) return { used: [["train", ""]], unused: [] };
  return {
    used: [
      ["train", "train"],
      ["test", test],
    ],
    unused,
  };
}

function otherFiles(others: readonly string[]): string {
  const files = others.length === 1 ? "1 file is no image" : `${others.length} files are no images`;
  const more = others.length > 3 ? ", …" : "";
  return `${files} by the ending of its name: ${others.slice(0, 3).join(", ")}${more}`;
}
