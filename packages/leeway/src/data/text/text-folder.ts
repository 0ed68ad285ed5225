import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readAtMost, readable } from "../files/bounded-read.ts";
import { decodeText, type Encoding } from "../files/encoding.ts";
import { fileError } from "../files/file-error.ts";
import { otherFilesNote, testFolders } from "../custom/class-folders.ts";
import { textExamples, type TextExamples } from "./text-source.ts";

const maxBytes = 16 << 20;
const filesAtOnce = 64;
const advice = "Put the texts of each class, as .txt files, into a folder named after it.";

/** Whether a file is a text by the ending of its name. */
export function isTextName(name: string): boolean {
  return name.toLowerCase().endsWith(".txt");
}

/**
 * Reads files of text in their order, some at a time.
 *
 * @throws RunError with code "data" for one that is longer than `maxBytes`, in another encoding or cannot be read
 */
export async function* readTextFiles(
  paths: readonly string[],
  { maxBytes, encoding }: { readonly maxBytes: number; readonly encoding?: Encoding | undefined },
): AsyncGenerator<string, void, undefined> {
  for (let from = 0; from < paths.length; from += filesAtOnce) {
    const some = paths.slice(from, from + filesAtOnce);
    yield* await Promise.all(
      some.map(async (path) => decodeText(await readAtMost(path, maxBytes), { path, encoding })),
    );
  }
}

/** Texts to train on, and those to test on where the folder has them apart. */
export interface TextSplits {
  readonly train: TextExamples;
  readonly test: TextExamples | null;
  /** What was left out. */
  readonly notes: readonly string[];
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
  const others: string[] = [];
  if (!top.includes("train")) {
    const train = await readSplit(folder, top, { name, all: top, encoding, others });
    return { train, test: null, notes: notesOf(others, []) };
  }
  const classes = await foldersIn(join(folder, "train"));
  const common = { name, all: classes, encoding, others };
  const train = await readSplit(join(folder, "train"), classes, common);
  const held = testFolders.find((each) => top.includes(each));
  const unused = top.filter((each) => each !== "train" && each !== held);
  if (held === undefined) return { train, test: null, notes: notesOf(others, unused) };
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
  const test = await readSplit(place, present, common);
  return { train, test, notes: notesOf(others, unused) };
}

function notesOf(others: readonly string[], unused: readonly string[]): string[] {
  return [
    ...(unused.length > 0 ? [`left out ${unused.join(", ")}, beside the splits`] : []),
    ...otherFilesNote(others, "text"),
  ];
}

interface SplitOptions {
  readonly name: string;
  /** All classes, in their order. */
  readonly all: readonly string[];
  readonly encoding: Encoding | undefined;
  /** Takes the files that are no texts by their ending. */
  readonly others: string[];
}

async function readSplit(
  folder: string,
  present: readonly string[],
  { name, all, encoding, others }: SplitOptions,
): Promise<TextExamples> {
  if (all.length < 2) {
    const got = all.length === 0 ? "none" : `one (${all[0]!})`;
    throw fileError(folder, { expected: "a folder for each of at least two classes", got, advice });
  }
  const texts: string[] = [];
  const labels: number[] = [];
  for (const className of present) {
    const place = join(folder, className);
    const there = (await entriesOf(place))
      .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
      .map((entry) => entry.name)
      .sort();
    const files = there.filter(isTextName);
    others.push(...there.filter((file) => !isTextName(file)).map((file) => `${className}/${file}`));
    if (files.length === 0)
      throw fileError(place, { expected: "at least one .txt file", got: "none", advice });
    const paths = files.map((file) => join(place, file));
    for await (const text of readTextFiles(paths, { maxBytes, encoding })) texts.push(text);
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
  return readable(folder, readdir(folder, { withFileTypes: true }));
}
