import { createHash } from "node:crypto";
import { fileError } from "../files/file-error.ts";

/** A file to read: its position in the listing and how to get its bytes. */
export interface SourceFile {
  readonly index: number;
  /**
   * The file's bytes.
   *
   * @throws Error that says in a few words why there are none
   */
  readonly read: () => Promise<Uint8Array>;
}

/** Where the bytes of a listing's images lie: a folder, or an archive that is never unpacked to disk. */
export interface FileSource {
  /** How an error speaks of it: a path. */
  readonly place: string;
  /**
   * The wanted files, in whatever order is cheapest. A file that is not there is given too; reading it fails.
   *
   * @param paths of all images of the listing
   * @param wanted whether the image at this position is still needed
   * @throws RunError if the source itself, not one file, cannot be read
   */
  files(
    paths: readonly string[],
    wanted: (index: number) => boolean,
  ): AsyncGenerator<SourceFile, void, undefined>;
}

/** The part of a data set that an image belongs to. */
export type ImageSplit = "train" | "test" | "validation";

/** One image before it is read. */
export interface ListedImage {
  /** Its name within the source, with forward slashes. */
  readonly path: string;
  readonly split: ImageSplit;
  /** 0 to K - 1. */
  readonly label: number;
  /** What changes when the file does: its size and time, or its checksum. */
  readonly stamp: string;
  /** Its row, where a table has rows that are left out; else it is counted from the first of its split. */
  readonly id?: number;
}

/** All images of a data set, what class each is of and where its bytes lie: what is known before any is decoded. */
export interface ImageListing {
  /** "tiny-imagenet", or the name of a custom folder. */
  readonly name: string;
  /** In label order; K of them. */
  readonly classNames: readonly string[];
  readonly images: readonly ListedImage[];
  readonly source: FileSource;
  /** Notes on what was found: files that are no images, folders left out. */
  readonly notes: readonly string[];
}

/** Images that a listing may hold; each takes memory before one is read. */
export const maxImages = 20_000_000;

/**
 * Checks that there is something to learn from: two classes, and training images of each class.
 *
 * @throws RunError with code "data" that names the place
 */
export function requireListing(listing: ImageListing, place: string): ImageListing {
  const { classNames, images } = listing;
  const fail = (expected: string, got: string, advice: string): never => {
    throw fileError(place, { expected, got, advice });
  };
  const layout = "Put the images of each class into a folder of its own, such as cat/1.jpg and dog/2.jpg.";
  if (images.length === 0) fail("images", "none", layout);
  if (images.length > maxImages)
    fail(`at most ${maxImages} images`, String(images.length), "Use a part of it.");
  if (classNames.length < 2) fail("at least two classes", classNames.join(", "), layout);
  const trained = new Set(images.filter(({ split }) => split === "train").map(({ label }) => label));
  const untaught = classNames.find((_, label) => !trained.has(label));
  if (untaught !== undefined) {
    fail("training images of every class", `none of ${untaught}`, "Add some or take the class out.");
  }
  return listing;
}

/**
 * A hash of a listing and of what is made of its images: two agree if and only if (but for a collision) the same
 * files are read into the same pixels in the same order. Where the files lie is left out, so that a folder may move.
 *
 * @returns 64 hexadecimal digits
 */
export function listingKey({ name, classNames, images }: ImageListing, plan: unknown): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([name, classNames, plan]));
  for (const { path, split, label, stamp } of images) hash.update(`\n${path}\0${split}\0${label}\0${stamp}`);
  return hash.digest("hex");
}
