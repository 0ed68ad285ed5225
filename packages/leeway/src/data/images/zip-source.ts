import { buffer } from "node:stream/consumers";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { RunError } from "../../errors.ts";
import { fileError, reason } from "../files/file-error.ts";
import { maxFileBytes } from "./decode.ts";
import { type FileSource, maxImages } from "./listing.ts";

/** The files of a .zip by their names, which the archive's directory tells without reading them. */
export interface ZipDirectory {
  readonly path: string;
  /** By name, with forward slashes; folders are left out. */
  readonly entries: ReadonlyMap<string, Entry>;
}

/**
 * Reads a zip archive's directory.
 *
 * @param keep which files are of interest, by their names
 * @throws RunError if it is no zip archive, names a file outside itself or twice, or holds a link or too much
 */
export async function zipDirectory(path: string, keep: (name: string) => boolean): Promise<ZipDirectory> {
  const entries = new Map<string, Entry>();
  const zip = await openZip(path);
  try {
    if (zip.entryCount > maxImages) {
      throw fileError(path, { expected: `at most ${maxImages} files`, got: String(zip.entryCount) });
    }
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName;
      if (name.endsWith("/") || !keep(name)) continue;
      requireEntry(path, entry);
      if (entries.has(name)) throw fileError(path, { part: name, expected: "it once", got: "it twice" });
      entries.set(name, entry);
    }
  } catch (error) {
    throw error instanceof RunError ? error : damaged(path, error);
  } finally {
    zip.close();
  }
  return { path, entries };
}

/**
 * One small file of a zip archive, such as a list of names.
 *
 * @throws RunError if it is not there, longer than `max` bytes or damaged
 */
export async function readZipText(
  { path, entries }: ZipDirectory,
  name: string,
  max: number,
): Promise<string> {
  const entry = entries.get(name);
  if (entry === undefined)
    throw fileError(path, { part: name, expected: "the file", got: "none of that name" });
  if (entry.uncompressedSize > max) {
    const got = `${entry.uncompressedSize} bytes`;
    throw fileError(path, { part: name, expected: `at most ${max} bytes`, got });
  }
  const zip = await openZip(path);
  try {
    return (await buffer(await zip.openReadStreamPromise(entry))).toString("utf8");
  } catch (error) {
    throw damaged(path, error, name);
  } finally {
    zip.close();
  }
}

/** Files in a zip archive, below the folder `top`, each read where it lies. */
export function zipSource({ path, entries }: ZipDirectory, top: string): FileSource {
  return {
    place: path,
    async *files(paths, wanted) {
      const zip = await openZip(path);
      try {
        for (let index = 0; index < paths.length; index++) {
          if (!wanted(index)) continue;
          const entry = entries.get(`${top}/${paths[index]!}`);
          yield {
            index,
            read: async () => {
              if (entry === undefined) throw new Error("not in the archive");
              return buffer(await zip.openReadStreamPromise(entry));
            },
          };
        }
      } finally {
        zip.close();
      }
    },
  };
}

async function openZip(path: string): Promise<ZipFile> {
  // yauzl checks names (no absolute ones, no "..") and sizes against the directory's as it reads.
  return openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }).catch(
    (cause: unknown) => {
      throw damaged(path, cause);
    },
  );
}

const linkType = 0o120000;
const typeMask = 0o170000;

function requireEntry(path: string, entry: Entry): void {
  const part = entry.fileName;
  const unixType = (entry.externalFileAttributes >>> 16) & typeMask;
  if (unixType === linkType) throw fileError(path, { part, expected: "a file", got: "a link" });
  if (entry.isEncrypted()) throw fileError(path, { part, expected: "a file", got: "an encrypted one" });
  if (entry.uncompressedSize > maxFileBytes) {
    const got = `${entry.uncompressedSize} bytes`;
    throw fileError(path, { part, expected: `at most ${maxFileBytes} bytes`, got });
  }
}

function damaged(path: string, cause: unknown, part?: string): Error {
  const expected = "a whole zip archive";
  return fileError(path, { ...(part !== undefined && { part }), expected, got: reason(cause), cause });
}
