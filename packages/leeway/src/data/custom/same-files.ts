import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { withDuckDB } from "../files/duckdb.ts";
import { fileError } from "../files/file-error.ts";
import { filesFitting } from "../files/table-paths.ts";

/** The files of each split. */
interface SplitPaths {
  readonly train: readonly string[];
  readonly test: readonly string[] | undefined;
  readonly validation: readonly string[] | undefined;
}

interface NamedFile {
  readonly path: string;
  readonly split: keyof SplitPaths;
  readonly size: number;
  /** The same for all names of one file or folder: links, `./a.csv` and `a.csv`. */
  readonly place: string;
}

/**
 * Refuses a file that is named twice, also in two splits: by its place on disk, through links, and by its content.
 *
 * @throws RunError with code "data" that names both
 */
export async function requireDifferentFiles({
  train,
  test = [],
  validation = [],
}: SplitPaths): Promise<void> {
  const files = [
    ...(await filesOf(train, "train")),
    ...(await filesOf(test, "test")),
    ...(await filesOf(validation, "validation")),
  ];
  const first = new Map<string, NamedFile>();
  for (const file of files) {
    const before = first.get(file.place);
    if (before !== undefined) throw isTwice(file, before, "the same file as");
    first.set(file.place, file);
  }
  const hashes = new Map<string, NamedFile>();
  for (const file of files) {
    if (file.size === 0 || files.filter(({ size }) => size === file.size).length < 2) continue;
    const hash = await contentHash(file.path);
    const before = hashes.get(hash);
    if (before !== undefined) throw isTwice(file, before, "a copy of");
    hashes.set(hash, file);
  }
}

function isTwice({ path, split }: NamedFile, before: NamedFile, what: string): Error {
  const got = `${what} ${before.path}`;
  if (split === before.split)
    return fileError(path, { expected: "each file once", got, advice: "Name it once." });
  const names = { train: "training", test: "test", validation: "validation" };
  return fileError(path, {
    expected: `${names[split]} files that are not among those of the ${names[before.split]} split`,
    got,
    advice: `Its rows would be in both. Leave --${split} out: a part is held out.`,
  });
}

/** Folders count as empty: their own readers compare what is in them. */
async function filesOf(paths: readonly string[], split: NamedFile["split"]): Promise<NamedFile[]> {
  const named = await Promise.all(
    paths.map(async (path) => {
      const there = await stat(path).catch(() => undefined);
      return there === undefined && /[*?[]/.test(path) ? withDuckDB((db) => filesFitting(db, path)) : [path];
    }),
  );
  const files: NamedFile[] = [];
  for (const path of named.flat()) {
    const there = await stat(path).catch(() => undefined);
    if (there === undefined) continue; // its reader says so
    const size = there.isFile() ? there.size : 0;
    const place = there.ino === 0 ? await realpath(path) : `${there.dev}:${there.ino}`;
    files.push({ path, split, size, place });
  }
  return files;
}

async function contentHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}
