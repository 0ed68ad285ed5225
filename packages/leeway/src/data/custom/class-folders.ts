import { readdir } from "node:fs/promises";

/** What the folder of a test split may be called, beside one called "train". */
export const testFolders: readonly string[] = ["test", "val", "valid", "validation"];

/** Where the splits of a folder lie. */
interface SplitFolders {
  /** "" where all of it is for training. */
  readonly train: string;
  readonly test?: string;
  /** Folders that could be test splits too. */
  readonly unused: readonly string[];
}

/** The splits among a folder's folders: apart if `train` and one for the test are there, else all is for training. */
export function splitFolders(folders: readonly string[]): SplitFolders {
  const [test, ...unused] = testFolders.filter((name) => folders.includes(name));
  if (!folders.includes("train") || test === undefined) return { train: "", unused: [] };
  return { train: "train", test, unused };
}

/** Whether a path is a folder that has a training and a test split in folders of their own. */
export async function hasTestFolder(path: string): Promise<boolean> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []); // a file; or its reader says what is wrong
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return splitFolders(folders).test !== undefined;
}

/** A note of files in a folder that are not read, by the ending of their names; none where all are read. */
export function otherFilesNote(files: readonly string[], kind: "image" | "text"): string[] {
  if (files.length === 0) return [];
  const [are, their] =
    files.length === 1 ? [`file is no ${kind}`, "its name"] : [`files are no ${kind}s`, "their names"];
  return [`${files.length} ${are} by the ending of ${their}: ${someFiles(files)}`];
}

/** The names of the first three of some files. */
export function someFiles(files: readonly string[]): string {
  return files.slice(0, 3).join(", ") + (files.length > 3 ? ", …" : "");
}
