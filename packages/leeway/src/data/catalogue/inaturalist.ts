import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { exists, readAtMost, readable } from "../files/bounded-read.ts";
import { fileError } from "../files/file-error.ts";
import { stampAt, stampOf } from "../images/folder-listing.ts";
import { folderSource } from "../images/folder-source.ts";
import { type ImageListing, type ListedImage, requireListing } from "../images/listing.ts";
import { tarSource } from "../images/tar-source.ts";

/** The images' archive and the folder it unpacks to. */
const archive = "train_val2018.tar.gz";
const unpacked = "train_val2018";
/** The longest list, of the training images, has about 130 MB. */
const maxJsonBytes = 1 << 29;

const schema = z.object({
  images: z.array(z.object({ id: z.number(), file_name: z.string() })),
  annotations: z.array(z.object({ image_id: z.number(), category_id: z.number() })),
  categories: z.array(z.object({ id: z.number(), name: z.string() })),
});
type Annotations = z.infer<typeof schema>;

/**
 * Lists iNaturalist 2018: train2018.json and val2018.json (the test set), beside train_val2018.tar.gz or the
 * folder train_val2018 that it unpacks to. 437,513 and 24,426 images of 8,142 species.
 *
 * Labels are the categories' ids, which count from 0; their published names are numbers too, since the contest
 * hid the species. The archive is passed once, from start to end, and never unpacked to disk.
 *
 * @param path the folder that holds the lists, or the archive beside them
 * @throws RunError if a list is missing or damaged, names an image outside the archive's folder or one twice
 * @source https://github.com/visipedia/inat_comp/tree/master/2018, "Annotation Format"
 */
export async function listINaturalist(path: string): Promise<ImageListing> {
  const found = await readable(path, stat(path));
  const folder = found.isDirectory() ? path : dirname(path);
  const archivePath = found.isDirectory() ? join(folder, archive) : path;
  const files = { train: join(folder, "train2018.json"), test: join(folder, "val2018.json") };
  const lists = { train: await readAnnotations(files.train), test: await readAnnotations(files.test) };
  const fromFolder = found.isDirectory() && (await exists(join(folder, unpacked)));
  const stamp = fromFolder ? (name: string) => stampAt(join(folder, name)) : await archiveStamp(archivePath);
  const classNames = categoryNames(files.train, lists.train);
  const images: ListedImage[] = [];
  const seen = new Set<string>();
  for (const split of ["train", "test"] as const) {
    const file = files[split];
    for (const [name, label] of labelled(file, lists[split], classNames.length)) {
      if (seen.has(name)) throw fileError(file, { part: name, expected: "it once", got: "it twice" });
      seen.add(name);
      images.push({ path: name, split, label, stamp: await stamp(name) });
    }
  }
  const source = fromFolder ? folderSource(folder) : tarSource(archivePath);
  return requireListing({ name: "inaturalist2018", classNames, images, source, notes: [] }, path);
}

async function readAnnotations(path: string): Promise<Annotations> {
  const text = (await readAtMost(path, maxJsonBytes)).toString("utf8");
  const expected = "the lists images, annotations and categories, as published";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fileError(path, { expected: "JSON", got: String(cause), cause });
  }
  const { data, error } = schema.safeParse(value);
  if (data !== undefined) return data;
  const { path: where = [], message = "" } = error.issues[0] ?? {};
  throw fileError(path, { part: where.join("."), expected, got: message });
}

/** The categories' names in the order of their ids, which must count from 0. */
function categoryNames(path: string, { categories }: Annotations): string[] {
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const inOrder = Array.from({ length: categories.length }, (_, id) => names.get(id));
  const missing = inOrder.indexOf(undefined);
  if (missing >= 0) {
    const expected = `ids from 0 to ${categories.length - 1}`;
    throw fileError(path, { part: "categories", expected, got: `none of id ${missing}` });
  }
  return inOrder.map((name) => name!.replace(/\p{C}/gu, "?"));
}

/** Each image's file name and label, in the order of the list. */
function labelled(path: string, { images, annotations }: Annotations, classes: number): [string, number][] {
  const labels = new Map(annotations.map((annotation) => [annotation.image_id, annotation.category_id]));
  return images.map(({ id, file_name: name }, i) => {
    const part = `images.${i}`;
    if (!name.startsWith(`${unpacked}/`) || name.split("/").some((step) => step === ".." || step === "")) {
      throw fileError(path, { part, expected: `a file_name in ${unpacked}`, got: `"${name.slice(0, 80)}"` });
    }
    const label = labels.get(id);
    if (label === undefined || !Number.isInteger(label) || label < 0 || label >= classes) {
      const expected = `an annotation of image ${id} with a category from 0 to ${classes - 1}`;
      throw fileError(path, { part, expected, got: label === undefined ? "none" : `category ${label}` });
    }
    return [name, label];
  });
}

/** All images of an archive change with it. */
async function archiveStamp(path: string): Promise<(name: string) => Promise<string>> {
  const found = await readable(path, stat(path));
  const stamp = stampOf(found);
  return () => Promise.resolve(stamp);
}
