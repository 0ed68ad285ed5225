import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { readable } from "../files/bounded-read.ts";
import type { Encoding } from "../files/encoding.ts";
import { fileError } from "../files/file-error.ts";
import { otherFilesNote, someFiles, testFolders } from "../custom/class-folders.ts";
import { filesBelow, isTextName, readTextFiles, textsAmong } from "./text-files.ts";
import { emptyTextsNote, textExamples, type TextExamples } from "./text-source.ts";

const maxBytes = 16 << 20;
const advice =
  "Put the texts of each class into a folder named after it, as files that end in .txt or .text; where none does, files without an ending are read.";

/** Texts to train on, and those to test on where the folder has them apart. */
export interface TextSplits {
  readonly train: TextExamples;
  readonly test: TextExamples | null;
  /** What was left out. */
  readonly notes: readonly string[];
}

/**
 * Reads a folder that holds a folder of texts for each class, or such folders in `train` and in `test` (or `val`,
 * `valid` or `validation`). Classes are in the order of their names, files in that of theirs; folders inside a class's
 * are looked into, and what is not read is named in the notes. Which files are texts: {@link textsAmong}.
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
  const left: LeftOut = { others: [], beside: [], empty: [] };
  if (!top.includes("train")) {
    const train = await readSplit(folder, top, { name, all: top, encoding, left });
    return { train, test: null, notes: notesOf(left, []) };
  }
  const classes = await foldersIn(join(folder, "train"));
  const common = { name, all: classes, encoding, left };
  const train = await readSplit(join(folder, "train"), classes, common);
  const held = testFolders.find((each) => top.includes(each));
  const unused = top.filter((each) => each !== "train" && each !== held);
  if (held === undefined) return { train, test: null, notes: notesOf(left, unused) };
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
  return { train, test, notes: notesOf(left, unused) };
}

/** What of a folder is not read, or has nothing to read, by paths in it. */
interface LeftOut {
  /** Files in the folder of a class that are no texts by their ending. */
  readonly others: string[];
  /** Texts beside the folders of classes. */
  readonly beside: string[];
  /** Texts without a character: examples all the same. */
  readonly empty: string[];
}

function notesOf({ others, beside, empty }: LeftOut, unused: readonly string[]): string[] {
  const texts = beside.length === 1 ? "1 text lies" : `${beside.length} texts lie`;
  return [
    ...(unused.length > 0 ? [`left out ${unused.join(", ")}, beside the splits`] : []),
    ...(beside.length > 0
      ? [`${texts} beside the folders of classes and in none: ${someFiles(beside)}`]
      : []),
    ...otherFilesNote(others, "text"),
    ...emptyTextsNote(empty.length, empty[0]),
  ];
}

interface SplitOptions {
  readonly name: string;
  /** All classes, in their order. */
  readonly all: readonly string[];
  readonly encoding: Encoding | undefined;
  /** Takes what is not read. */
  readonly left: LeftOut;
}

async function readSplit(
  folder: string,
  present: readonly string[],
  { name, all, encoding, left }: SplitOptions,
): Promise<TextExamples> {
  if (all.length < 2) {
    const got = all.length === 0 ? "none" : `one (${all[0]!})`;
    throw fileError(folder, { expected: "a folder for each of at least two classes", got, advice });
  }
  const found: string[] = [];
  for (const className of present) {
    found.push(...(await filesBelow(join(folder, className))).map((file) => `${className}/${file}`));
  }
  const files = textsAmong(found);
  const read = new Set(files);
  left.others.push(...found.filter((file) => !read.has(file)));
  const classOf = (file: string): string => file.slice(0, file.indexOf("/"));
  const filled = new Set(files.map(classOf));
  const empty = present.find((className) => !filled.has(className));
  if (empty !== undefined) {
    const others = found.filter((file) => classOf(file) === empty);
    const got = others.length === 0 ? "none" : `other files, such as ${basename(others[0]!)}`;
    throw fileError(join(folder, empty), { expected: "at least one text", got, advice });
  }
  const beside = (await entriesOf(folder)).filter((entry) => !entry.isDirectory() && isTextName(entry.name));
  left.beside.push(...beside.map((entry) => entry.name).sort());
  const texts: string[] = [];
  const paths = files.map((file) => join(folder, file));
  for await (const text of readTextFiles(paths, { maxBytes, encoding })) {
    if (text.trim() === "") left.empty.push(files[texts.length]!); // a file a text
    texts.push(text);
  }
  const labels = Int32Array.from(files, (file) => all.indexOf(classOf(file)));
  return textExamples({ name, classNames: all, texts, labels });
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
