import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isFolder, readable, readAtMost } from "../files/bounded-read.ts";
import { decodeText, type Encoding } from "../files/encoding.ts";
import { fileError } from "../files/file-error.ts";

const filesAtOnce = 64;
/** Folders deeper than this inside a class's are an error. */
const maxDepth = 16;

/** Whether a file is a text by the ending of its name, in any case. */
export function isTextName(name: string): boolean {
  return /\.(txt|text)$/i.test(name);
}

/**
 * The texts among the files of a folder: those that end in .txt or .text, and where none does, those without an ending,
 * as collections of mails and news have them. A .md file beside texts describes them more often than it is one.
 */
export function textsAmong(names: readonly string[]): string[] {
  const texts = names.filter(isTextName);
  return texts.length > 0 ? texts : names.filter((name) => /(?:^|\/)[^./]+$/.test(name));
}

/**
 * The files below a folder at any depth, by their paths in it and in their order; links to files among them. Hidden ones
 * are passed over. What else lies there, such as a link to a folder, is listed too: it has not the ending of a text.
 *
 * @throws RunError with code "data" if a folder cannot be read, or there are more than 16 in each other
 */
export async function filesBelow(folder: string, inside = "", depth = 0): Promise<string[]> {
  const place = join(folder, inside);
  if (depth > maxDepth) throw fileError(place, { expected: "fewer folders in folders", got: "more" });
  const entries = await readable(place, readdir(place, { withFileTypes: true }));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = inside === "" ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory()) files.push(...(await filesBelow(folder, path, depth + 1)));
    // A link to a folder may lead back up, so that it is not followed.
    else if (entry.isSymbolicLink() && (await isFolder(join(folder, path)))) files.push(`${path}/`);
    else files.push(path);
  }
  return files;
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
