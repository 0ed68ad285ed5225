import { createWriteStream } from "node:fs";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { freeSpace } from "../../storage/index.ts";
import { fileError, reason } from "./file-error.ts";

/**
 * Copies of table files in the one form that DuckDB reads: made once a process, in a folder of temporary files, which
 * is removed when the process exits; those of a process that was killed are removed by the next that makes one.
 */
let folder: string | undefined;
let made = 0;
/** The path of the file that a copy is of, by the copy's path. */
const originals = new Map<string, string>();

/** A disk keeps this much free, whatever a file unpacks to. */
const spared = 256 << 20;

/**
 * Writes a copy of a table file.
 *
 * @param parts what is written; where it fails the copy is removed
 * @returns its path
 * @throws RunError with code "data" if there is no room
 */
export async function copyOf(
  original: string,
  parts: AsyncIterable<string | Uint8Array>,
  ending: string,
): Promise<string> {
  folder ??= makeFolder();
  const path = join(folder, `${made++}${ending}`);
  let room = freeSpace(folder) - spared;
  const file = createWriteStream(path);
  const failed = new Promise<never>((_, reject) => file.on("error", reject));
  failed.catch(() => undefined); // it is raced below
  try {
    for await (const part of parts) {
      room -= part.length;
      if (room < 0) throw noRoom(original, folder, "no room is left");
      if (!file.write(part)) await Promise.race([once(file, "drain"), failed]);
    }
    file.end();
    await finished(file);
  } catch (error) {
    file.destroy();
    await rm(path, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw code === "ENOSPC" || code === "EDQUOT" ? noRoom(original, folder, reason(error)) : error;
  }
  originals.set(path, original);
  return path;
}

/** The path that a message should name: of a copy, the file that it is of. */
export function originalOf(path: string): string {
  return originals.get(path) ?? path;
}

function noRoom(path: string, where: string, got: string): Error {
  const advice = "Set TMPDIR to a folder with room, or convert the file to CSV in UTF-8 or to Parquet.";
  return fileError(path, { expected: `room for a plain copy in ${where}`, got, advice });
}

const prefix = "leeway-copies-";

function makeFolder(): string {
  const here = tmpdir();
  for (const name of readdirSync(here)) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) remove(join(here, name));
  }
  const path = mkdtempSync(join(here, `${prefix}${process.pid}-`));
  process.once("exit", () => {
    remove(path);
  });
  return path;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // another user's
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // another user's: theirs to remove
  }
}
