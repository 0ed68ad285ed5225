import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileFault } from "./file-fault.ts";

/**
 * Writes a whole file or nothing: after a crash or a power cut, `path` holds the old contents or the new.
 *
 * Synchronous, so that the last words of an interrupted process are on the disk before it ends.
 *
 * @param path in a folder that exists
 * @throws RunError with code `run` if it cannot be written; `path` is then as it was
 */
export function writeFileAtomically(path: string, data: string | Uint8Array): void {
  // Beside the target, because a rename is atomic only within one file system.
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    writeFlushed(beside, data);
    renameSync(beside, path);
    flushFolder(dirname(path));
  } catch (cause) {
    rmSync(beside, { force: true });
    throw fileFault("to write the file", { path, cause });
  }
}

function writeFlushed(path: string, data: string | Uint8Array): void {
  const file = openSync(path, "w");
  try {
    writeFileSync(file, data);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes a new name in a folder last through a power cut. */
export function flushFolder(path: string): void {
  // Windows has no handle to a folder, and needs none.
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
