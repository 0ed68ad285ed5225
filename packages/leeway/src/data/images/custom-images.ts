import { stat } from "node:fs/promises";
import { expected } from "../../errors.ts";
import type { Resize } from "../../preparation/index.ts";
import { unreadable } from "../files/bounded-read.ts";
import { parseDialect } from "../files/dialect.ts";
import { unlabelledRule } from "../files/labels.ts";
import { type CustomData, requireReaderOptions } from "../../catalogue/index.ts";
import type { Reading, Source } from "../source.ts";
import { listFolder } from "./folder-listing.ts";
import { type BadImages, type ImageForm, imageSource } from "./image-source.ts";
import type { ImageListing } from "./listing.ts";
import { listTable } from "./table-listing.ts";

/** How custom images are read. */
interface CustomImageOptions {
  /** Side of the square that a network sees; by default 64. */
  readonly size: number;
  readonly resize: Resize;
  /** Whether a mirror image shows the same class (true): not for text, digits, left and right hands. */
  readonly flip: boolean;
  readonly badImages: BadImages;
  /** The largest share that `skip` may leave out, above 0 (1: all but what a class needs). */
  readonly mostBad: number;
  /** The column of a table that holds the images' paths; by default the first called path, file, image, … */
  readonly pathColumn?: string;
  /** The folder that a table's paths start from; by default the table's own. */
  readonly root?: string;
  /** What a table's paths leave out at their end. */
  readonly pathSuffix?: string;
}

const defaultOptions: CustomImageOptions = {
  size: 64,
  resize: "crop",
  flip: true,
  badImages: "stop",
  mostBad: 1,
};

/**
 * Reads custom images: a folder with a folder a class, or tables (CSV, TSV, JSONL, Parquet) of paths and labels.
 *
 * @throws ArgumentError for an option that is not known or impossible
 * @throws RunError with code "data" if there are no images of two classes, or some cannot be read and the rule is
 *   to stop
 */
export async function openImages(data: CustomData, reading: Reading = {}): Promise<Source> {
  const options = parseImageOptions(data.options ?? {});
  return imageSource(await listImages(data, options), imageForm(options), reading);
}

/** The images of custom data, none of which is read. */
export async function listImages(data: CustomData, options: CustomImageOptions): Promise<ImageListing> {
  const { paths, testPaths = [], validationPaths = [] } = data;
  const dialect = parseDialect(data.options);
  const folders = await Promise.all([...paths, ...testPaths, ...validationPaths].map(isFolder));
  if (!folders.includes(true))
    return listTable(data, { ...options, dialect, unlabelled: unlabelledRule(data.options) });
  if (paths.length !== 1 || testPaths.length > 1 || validationPaths.length > 1 || folders.includes(false)) {
    const advice = "Put the folders of all classes into one folder.";
    throw expected("openImages", "paths", "to be one folder, or tables", paths, advice);
  }
  return listFolder(paths[0]!, data); // it is a folder
}

/**
 * How custom images become inputs. Small ones are shifted by up to an eighth in training; of larger ones a part is
 * taken at random from what is cached an eighth larger, as with photographs in the literature.
 */
export function imageForm({ size, resize, flip, badImages, mostBad }: CustomImageOptions): ImageForm {
  const eighth = Math.floor(size / 8);
  const fromLarger = size > 64 && resize === "crop";
  return {
    size: fromLarger ? size + 2 * Math.ceil(eighth / 2) : size,
    resize,
    side: size,
    augment: { pad: fromLarger ? 0 : eighth, flip },
    badImages,
    mostBad,
  };
}

/**
 * Checks options that came from a command line or a file.
 *
 * @throws ArgumentError naming the option and what it may be
 */
export function parseImageOptions(options: NonNullable<CustomData["options"]>): CustomImageOptions {
  requireReaderOptions({ kind: "image", options });
  return { ...defaultOptions, ...options }; // whose types and names were just checked
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => {
    if (/[*?[]/.test(path)) return null; // a pattern of table files
    throw unreadable(path, cause);
  });
  return found?.isDirectory() ?? false;
}
