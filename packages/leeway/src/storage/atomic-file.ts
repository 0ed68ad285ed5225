import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { failpoint } from "./failpoint.ts";
import { fileFault } from "./disk.ts";

/**
 * Writes a whole file or nothing: after a crash or a power cut, `path` holds the old contents or the new.
 *
 * Synchronous, so that the last words of an interrupted process are on the disk before it ends.
 *
 * @param path in a folder that exists
 * @throws RunError with code `run` if it cannot be written, or not made to last; `path` then holds the old contents
 *   or, where only the last step failed, the new
 */
export function writeFileAtomically(path: string, data: string | Uint8Array): void {
  // Beside the target, because a rename is atomic only within one file system.
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}${partEnd}`);
  try {
    writeFlushed(beside, data, "w");
    rename(beside, path);
  } catch (cause) {
    discard(beside);
    throw fileFault("to write the file", { path, cause });
  }
}

const partEnd = ".part";

/**
 * Gives a file that has been written piece by piece its name, once all of it is on the disk.
 *
 * @throws RunError with code `run` if it cannot be made to last
 */
export function keepFile(part: string, path: string): void {
  try {
    const file = openSync(part, "r+");
    try {
      failpoint("sync");
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    rename(part, path);
  } catch (cause) {
    throw fileFault("to keep the file", { path, cause });
  }
}

/** Removes what processes that were killed in the middle of {@link writeFileAtomically} left in a folder. */
export function removeParts(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      if (name.startsWith(".") && name.endsWith(partEnd)) removeWhole(join(folder, name));
    }
  } catch (cause) {
    throw fileFault("to clear away unfinished files", { path: folder, cause });
  }
}

/** Removes a file or a folder, whether it is there or not. */
export function removeWhole(path: string): void {
  failpoint("remove");
  rmSync(path, { force: true, recursive: true });
}

/** Adds to the end of a file, and waits until it is on the disk. */
export function appendFlushed(path: string, text: string): void {
  writeFlushed(path, text, "a");
}

/** Writes a file, or adds to its end, and waits until it is on the disk. */
export function writeFlushed(path: string, data: string | Uint8Array, flag: "w" | "a"): void {
  failpoint("open");
  const file = openSync(path, flag);
  try {
    failpoint(flag === "w" ? "write" : "append");
    writeFileSync(file, data);
    failpoint("sync");
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function rename(from: string, to: string): void {
  failpoint("rename");
  renameSync(from, to);
  flushFolder(dirname(to));
}

/** Makes a new name in a folder last through a power cut. */
export function flushFolder(path: string): void {
  // Windows has no handle to a folder, and needs none.
  if (process.platform === "win32") return;
  failpoint("sync-folder");
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function discard(path: string): void {
  try {
    removeWhole(path);
  } catch {
    // The fault that is told is the first; what is left of the file is cleared away by removeParts.
  }
}
