import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** IMDB reviews by their path in the archive: `perClass` of each class in each split. */
export function imdbFiles(perClass: number): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const split of ["test", "train"]) {
    for (const [name, rating] of [
      ["neg", 2],
      ["pos", 9],
    ] as const) {
      // From the last to the first: archives are in no order.
      for (let number = perClass - 1; number >= 0; number--) {
        files.set(`${split}/${name}/${number}_${rating}.txt`, Buffer.from(`${split} ${name} ${number} café`));
      }
    }
  }
  return files;
}

/** Writes files below a folder, folders as needed. */
export function writeTree(
  folder: string,
  files: Iterable<readonly [path: string, content: Buffer | string]>,
): string {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
