import { constants, type Stats } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { reason } from "../files/file-error.ts";
import { maxFileBytes } from "./decode.ts";
import type { FileSource } from "./listing.ts";

/**
 * Files in a folder, or what links in it lead to.
 *
 * @param folderOf another folder for the files from some position on, such as those of a test set
 */
export function folderSource(folder: string, folderOf: (index: number) => string = () => folder): FileSource {
  return {
    place: folder,
    async *files(paths, wanted) {
      for (let index = 0; index < paths.length; index++) {
        if (!wanted(index)) continue;
        const path = join(folderOf(index), paths[index]!);
        yield await Promise.resolve({ index, read: () => readImageFile(path) });
      }
    },
  };
}

/**
 * The bytes of an image's file.
 *
 * @throws Error that says in a few words why there are none: it is no file, or too long
 */
async function readImageFile(path: string): Promise<Uint8Array> {
  // Without O_NONBLOCK, opening a pipe would wait for ever.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((cause: unknown) => {
    throw new Error(reason(cause), { cause });
  });
  try {
    requireImageFile(await file.stat());
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Checks what is known of a file before memory is taken for it. */
function requireImageFile(found: Stats): void {
  if (!found.isFile()) throw new Error("not a file");
  if (found.size > maxFileBytes) throw new Error(`${found.size} bytes, above ${maxFileBytes}`);
}
