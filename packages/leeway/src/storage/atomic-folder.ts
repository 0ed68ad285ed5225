import { existsSync, mkdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { flushFolder, removeWhole, writeFlushed } from "./atomic-file.ts";
import { fileFault } from "./disk.ts";
import { failpoint } from "./failpoint.ts";

/**
 * Writes a folder of files, all of them or none: after a crash or a power cut `path` holds the old folder, the new one, or,
 * for the moment between two renames, none; never a mixture.
 *
 * @param path  replaced where it is there, with all that it holds
 * @param files by their names
 * @throws RunError with code `run` if it cannot be written; `path` then holds what it did
 */
export function writeFolderAtomically(
  path: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): void {
  const beside = (what: string): string => join(dirname(path), `.${basename(path)}.${process.pid}.${what}`);
  const [part, old] = [beside("part"), beside("old")];
  try {
    makeFolders(part);
    for (const [name, data] of Object.entries(files)) writeFlushed(join(part, name), data, "w");
    flushFolder(part);
    exchange(path, { part, old });
    flushFolder(dirname(path));
  } catch (cause) {
    discard(part);
    throw fileFault("to write the folder", { path, cause });
  }
  discard(old);
}

/** Makes a folder and those above it. One at a time: below /proc Node's own recursion never ends. */
function makeFolders(path: string): void {
  if (!existsSync(dirname(path))) makeFolders(dirname(path));
  failpoint("make-folder");
  mkdirSync(path);
}

/** Gives the new folder its name; the old one gets its own back where that fails. */
function exchange(path: string, { part, old }: { readonly part: string; readonly old: string }): void {
  if (existsSync(path)) {
    failpoint("rename");
    renameSync(path, old);
  }
  try {
    failpoint("rename");
    renameSync(part, path);
  } catch (error) {
    if (existsSync(old)) renameSync(old, path);
    throw error;
  }
}

function discard(folder: string): void {
  try {
    removeWhole(folder);
  } catch {
    // The fault that is told is the first; a hidden folder that is left harms nobody.
  }
}
