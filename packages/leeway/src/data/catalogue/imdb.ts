import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { decodeText } from "../files/encoding.ts";
import { exists, readable } from "../files/bounded-read.ts";
import { fileError } from "../files/file-error.ts";
import { readTextFiles } from "../text/text-files.ts";
import { textExamples, type TextExamples } from "../text/text-source.ts";
import { tarMembers } from "../files/tar.ts";

/** In label order, as the archive's folders are called. */
const classNames = ["neg", "pos"] as const;

type Split = "train" | "test";
const splits: readonly Split[] = ["train", "test"];
const reviewPath = /(?:^|\/)(train|test)\/(neg|pos)\/(\d{1,6})_(\d{1,2})\.txt$/;
const reviewBytes = 1 << 20;
/** With its 50,000 unlabelled reviews, word counts and headers the archive unpacks to about 340 MB. */
const archiveBytes = 1 << 30;
const advice =
  "Get aclImdb_v1.tar.gz from https://ai.stanford.edu/~amaas/data/sentiment/ and use it as it is, or unpacked.";

/** One review, and how to speak of it in an error. */
interface Review {
  readonly split: Split;
  readonly label: number;
  readonly number: number;
  readonly text: string;
}

/**
 * Reads the Large Movie Review Dataset from aclImdb_v1.tar.gz or from the folder that it unpacks to.
 *
 * A review's id is its class's first id plus the number in its file's name, so it is the same from both.
 *
 * @param path     the archive or the folder
 * @param perClass reviews of each class in each split: 25,000 to train on, 25,000 to test on, half of each negative
 * @throws RunError if a review is missing, twice there, too long or not UTF-8
 * @source Maas et al. 2011, "Learning Word Vectors for Sentiment Analysis"; the archive's README
 */
export async function loadImdb(
  path: string,
  { perClass = 12_500 }: { readonly perClass?: number } = {},
): Promise<Record<Split, TextExamples>> {
  const found = await readable(path, stat(path));
  const reviews = found.isDirectory() ? folderReviews(path, perClass) : archiveReviews(path);
  const texts: Record<Split, (string | undefined)[]> = { train: [], test: [] };
  for await (const { split, label, number, text } of reviews) {
    const part = `${split}/${classNames[label]!}, review ${number}`;
    if (number >= perClass) {
      throw fileError(path, { part, expected: `a number below ${perClass}`, got: String(number), advice });
    }
    const id = label * perClass + number;
    if (texts[split][id] !== undefined)
      throw fileError(path, { part, expected: "it once", got: "it twice", advice });
    texts[split][id] = text;
  }
  const splitOf = (split: Split): TextExamples => {
    const held = texts[split];
    classNames.forEach((name, label) => {
      const ofClass = held.slice(label * perClass, (label + 1) * perClass);
      const count = ofClass.filter((text) => text !== undefined).length;
      if (count === perClass) return;
      const expected = `${perClass} reviews in ${split}/${name}`;
      throw fileError(path, { expected, got: String(count), advice });
    });
    return textExamples({
      name: "imdb",
      classNames,
      texts: held as readonly string[], // all are there
      labels: Int32Array.from(held, (_, id) => Math.floor(id / perClass)),
    });
  };
  return { train: splitOf("train"), test: splitOf("test") };
}

async function* archiveReviews(path: string): AsyncGenerator<Review> {
  for await (const member of tarMembers(path, { maxBytes: () => archiveBytes })) {
    const { name, type, size } = member.header;
    const review = parsePath(name);
    if (review === undefined || type !== "file") {
      member.skip();
      continue;
    }
    const part = `member ${name}`;
    if (size > reviewBytes) {
      throw fileError(path, { part, expected: `at most ${reviewBytes} bytes`, got: String(size), advice });
    }
    yield { ...review, text: decodeText(await member.bytes(), { path, part }) };
  }
}

async function* folderReviews(folder: string, perClass: number): AsyncGenerator<Review> {
  for (const split of splits) {
    for (const name of classNames) {
      const place = join(folder, split, name);
      if (!(await exists(place))) {
        throw fileError(folder, { expected: `a folder ${split}/${name}`, got: "none", advice });
      }
      const files = (await readdir(place)).filter(
        (file) => parsePath(`${split}/${name}/${file}`) !== undefined,
      );
      if (files.length > 2 * perClass) {
        throw fileError(place, { expected: `${perClass} reviews`, got: String(files.length), advice });
      }
      const paths = files.map((file) => join(place, file));
      let read = 0;
      for await (const text of readTextFiles(paths, { maxBytes: reviewBytes })) {
        yield { ...parsePath(`${split}/${name}/${files[read++]!}`)!, text }; // as many texts as files
      }
    }
  }
}

/** What a review's path says of it, or undefined where it is none. */
function parsePath(path: string): Omit<Review, "text"> | undefined {
  const [, split, name, number] = reviewPath.exec(path) ?? [];
  if (split === undefined || name === undefined || number === undefined) return undefined;
  return { split: split as Split, label: classNames.indexOf(name as "neg"), number: Number(number) };
}
