import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { readable } from "../files/bounded-read.ts";
import { type Encoding, westernNote } from "../files/encoding.ts";
import { fileError } from "../files/file-error.ts";
import { filesBelow, linkNotes } from "../files/files-below.ts";
import type { CustomData } from "../../catalogue/index.ts";
import { someOf } from "../../errors.ts";
import { otherFilesNote } from "../custom/class-folders.ts";
import { foldersIn, partsNotes, partsOf } from "../custom/split-folders.ts";
import type { SplitFiles } from "../source.ts";
import { isTextName, readTextFiles, textsAmong } from "./text-files.ts";
import { emptyTextsNote, textExamples, type TextExamples } from "./text-source.ts";

const maxBytes = 16 << 20;
const advice =
  "Put the texts of each class into a folder named after it, as files that end in .txt or .text; where none does, files without an ending are read.";

/** Texts to train on, and those of the other splits where they are apart. */
export interface TextSplits {
  readonly train: TextExamples;
  readonly test: TextExamples | null;
  readonly validation: TextExamples | null;
  /** The texts' paths where they are files, by split and id. */
  readonly files?: SplitFiles;
  /** What was left out. */
  readonly notes: readonly string[];
}

/** How a folder of texts is read. */
interface TextFolderOptions extends Pick<CustomData, "testPaths" | "validationPaths" | "options"> {
  readonly encoding?: Encoding | undefined;
}

/**
 * Reads a folder that holds a folder of texts for each class, or such folders in those of splits, see {@link partsOf}.
 * Classes are in the order of their names, files in that of theirs; folders inside a class's are looked into, and what is
 * not read is named in the notes. Which files are texts: {@link textsAmong}.
 *
 * @throws RunError with code "data" if there are fewer than two classes, a class has no text, another split has a class
 *   that training has not, or a file is in another encoding, is too long or cannot be read
 */
export async function readTextFolder(
  folder: string,
  name: string,
  { encoding, ...data }: TextFolderOptions = {},
): Promise<TextSplits> {
  const parts = await partsOf({ ...data, kind: "text", paths: [folder] });
  const left: LeftOut = { others: [], beside: [], empty: [], western: [], loops: [], outside: [] };
  const isInner = data.options?.["classFolders"] === "inner";
  const place = join(folder, parts.train);
  const classes = await classesIn(place, isInner);
  const all = [...new Set(classes.map(({ className }) => className))].sort();
  const common = { name, all, encoding, left };
  const train = await readSplit(place, classes, common);
  const held = async (split: "test" | "validation"): Promise<SplitTexts | null> => {
    const [elsewhere] = (split === "test" ? data.testPaths : data.validationPaths) ?? [];
    const inside = parts[split];
    if (elsewhere === undefined && inside === undefined) return null;
    const there = elsewhere ?? join(folder, inside!); // one of the two is there
    const present = await classesIn(there, isInner);
    requireKnown(there, present, { all, train: parts.train });
    return readSplit(there, present, common);
  };
  const [test, validation] = [await held("test"), await held("validation")];
  return {
    ...{ train: train.examples, test: test?.examples ?? null, validation: validation?.examples ?? null },
    files: { train: train.files, test: test?.files ?? [], validation: validation?.files ?? [] },
    notes: [...partsNotes(parts), ...notesOf(left)],
  };
}

/** A folder of a class. */
interface ClassFolder {
  readonly className: string;
  /** Within the split's folder, with forward slashes. */
  readonly path: string;
}

/** The folders of classes in a folder: those in it, or those inside them. */
async function classesIn(folder: string, isInner: boolean): Promise<ClassFolder[]> {
  const names = await foldersIn(folder);
  if (!isInner) return names.map((name) => ({ className: name, path: name }));
  const found: ClassFolder[] = [];
  for (const outer of names) {
    const inner = await foldersIn(join(folder, outer));
    found.push(...inner.map((className) => ({ className, path: `${outer}/${className}` })));
  }
  return found;
}

/** Refuses classes of another split that training has not. */
function requireKnown(
  place: string,
  present: readonly ClassFolder[],
  { all, train }: { readonly all: readonly string[]; readonly train: string },
): void {
  const stray = present.find(({ className }) => !all.includes(className));
  if (stray === undefined) return;
  throw fileError(place, {
    expected: `classes among ${all.join(", ")}, as in ${train === "" ? "training" : train}`,
    got: stray.className,
    advice: "Give train examples of it, or remove it.",
  });
}

/** What of a folder is not read, or has nothing to read, by paths in it. */
interface LeftOut {
  /** Files in the folder of a class that are no texts by their ending. */
  readonly others: string[];
  /** Texts beside the folders of classes. */
  readonly beside: string[];
  /** Texts without a character: examples all the same. */
  readonly empty: string[];
  /** Texts that are read as Windows-1252 though nobody said so. */
  readonly western: string[];
  /** Links, as in {@link filesBelow}. */
  readonly loops: string[];
  readonly outside: string[];
}

function notesOf({ others, beside, empty, western, ...links }: LeftOut): string[] {
  const texts = beside.length === 1 ? "1 text lies" : `${beside.length} texts lie`;
  return [
    ...(beside.length > 0
      ? [`${texts} beside the folders of classes and in none: ${someOf(beside, 3)}`]
      : []),
    ...otherFilesNote(others, "text"),
    ...emptyTextsNote(empty.length, empty[0]),
    ...westernNote(western),
    ...linkNotes(links),
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

/** A split's texts, and their paths within its folder. */
interface SplitTexts {
  readonly examples: TextExamples;
  readonly files: readonly string[];
}

async function readSplit(
  folder: string,
  present: readonly ClassFolder[],
  { name, all, encoding, left }: SplitOptions,
): Promise<SplitTexts> {
  if (all.length < 2) {
    const got = all.length === 0 ? "none" : `one (${all[0]!})`;
    throw fileError(folder, { expected: "a folder for each of at least two classes", got, advice });
  }
  const found: string[] = [];
  const classOf = new Map<string, string>();
  for (const { className, path } of present) {
    const below = await filesBelow(folder, path);
    for (const file of below.files) classOf.set(file, className);
    found.push(...below.files);
    left.loops.push(...below.loops);
    left.outside.push(...below.outside);
  }
  const files = textsAmong(found);
  const read = new Set(files);
  left.others.push(...found.filter((file) => !read.has(file)));
  const filled = new Set(files.map((file) => classOf.get(file)));
  const empty = present.find(({ className }) => !filled.has(className));
  if (empty !== undefined) {
    const others = found.filter((file) => file.startsWith(`${empty.path}/`));
    const got = others.length === 0 ? "none" : `other files, such as ${basename(others[0]!)}`;
    throw fileError(join(folder, empty.path), { expected: "at least one text", got, advice });
  }
  const beside = (await entriesOf(folder)).filter((entry) => !entry.isDirectory() && isTextName(entry.name));
  left.beside.push(...beside.map((entry) => entry.name).sort());
  const onWestern = (place: number): void => void left.western.push(files[place]!); // a file a text
  const texts: string[] = [];
  const paths = files.map((file) => join(folder, file));
  for await (const text of readTextFiles(paths, { maxBytes, encoding, onWestern })) {
    if (text.trim() === "") left.empty.push(files[texts.length]!); // a file a text
    texts.push(text);
  }
  const labels = Int32Array.from(files, (file) => all.indexOf(classOf.get(file)!)); // it has a class
  return { examples: textExamples({ name, classNames: all, texts, labels }), files };
}

function entriesOf(folder: string): Promise<import("node:fs").Dirent[]> {
  return readable(folder, readdir(folder, { withFileTypes: true }));
}
