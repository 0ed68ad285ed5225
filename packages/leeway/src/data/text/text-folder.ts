import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readAtMost, unreadable } from "../bounded-read.ts";
import type { Encoding } from "../encoding.ts";
import { fileError } from "../file-error.ts";
import { testFolders } from "../split-folders.ts";
import { textExamples, type TextExamples } from "./text-examples.ts";
import { decodeText } from "./decode-text.ts";

const fileBytes = 16 << 20;
const filesAtOnce = 64;
const advice = "Put the texts of each class, as .txt files, into a folder named after it.";

/** Texts to train on, and those to test on where the folder has them apart. */
export interface TextSplits {
  readonly train: TextExamples;
  readonly test: TextExamples | null;
}

/**
 * Reads a folder that holds a folder of .txt files for each class, or such folders in `train` and in `test` (or
 * `val`, `valid` or `validation`). Classes are in the order of their names, files in that of theirs.
 *
 * @throws RunError with code "data" if there are fewer than two classes, a class has no text, `test` has a class that
 *   `train` has not, or a file is in another encoding, is too long or cannot be read
 */
export async function readTextFolder(
  folder: string,
  name: string,
  { encoding }: { readonly encoding?: Encoding | undefined } = {},
): Promise<TextSplits> {
  const top = await foldersIn(folder);
  if (!top.includes("train"))
    return { train: await readSplit(folder, top, { name, all: top, encoding }), test: null };
  const classes = await foldersIn(join(folder, "train"));
  const train = await readSplit(join(folder, "train"), classes, { name, all: classes, encoding });
  const held = testFolders.find((each) => top.includes(each));
  if (held === undefined) return { train, test: null };
  const place = join(folder, held);
  const present = await foldersIn(place);
  const stray = present.find((each) => !classes.includes(each));
  if (stray !== undefined) {
    const known = `classes among ${classes.join(", ")}, as in train`;
    throw fileError(place, {
      expected: known,
      got: stray,
      advice: "Give train examples of it, or remove it.",
    });
  }
  return { train, test: await readSplit(place, present, { name, all: classes, encoding }) };
}

interface SplitAsked {
  readonly name: string;
  /** All classes, in their order. */
  readonly all: readonly string[];
  readonly encoding: Encoding | undefined;
}

async function readSplit(
  folder: string,
  present: readonly string[],
  { name, all, encoding }: SplitAsked,
): Promise<TextExamples> {
  if (all.length < 2) {
    const got = all.length === 0 ? "none" : `one (${all[0]!})`;
    throw fileError(folder, { expected: "a folder for each of at least two classes", got, advice });
  }
  const texts: string[] = [];
  const labels: number[] = [];
  for (const className of present) {
    const place = join(folder, className);
    const files = (await entriesOf(place))
      .filter((entry) => entry.isFile() && entry.name.toLowerCase().endsWith(".txt"))
      .map((entry) => entry.name)
      .sort();
    if (files.length === 0)
      throw fileError(place, { expected: "at least one .txt file", got: "none", advice });
    for (let from = 0; from < files.length; from += filesAtOnce) {
      const read = files.slice(from, from + filesAtOnce).map(async (file) => {
        const path = join(place, file);
        return decodeText(await readAtMost(path, fileBytes), { path, encoding });
      });
      texts.push(...(await Promise.all(read)));
    }
    while (labels.length < texts.length) labels.push(all.indexOf(className));
  }
  return textExamples({ name, classNames: all, texts, labels: Int32Array.from(labels) });
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
}

function entriesOf(folder: string): Promise<import("node:fs").Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
}
