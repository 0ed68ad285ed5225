import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { exists, readAtMost, readable } from "./bounded-read.ts";
import { fileError } from "./file-error.ts";
import { type TarMember, tarMembers } from "./tar.ts";

/** A file that a data set is published with. */
export interface WantedFile {
  readonly name: string;
  /** Its size: exactly this for records, which must be there; at most this for text, which may be missing. */
  readonly bytes: number;
  readonly kind: "records" | "text";
}

/** A wanted file's content, and how to speak of it in an error. */
export interface FoundFile {
  readonly name: string;
  readonly content: Buffer;
  readonly path: string;
  readonly part?: string;
}

/** What an archive may unpack to beyond the wanted files: read-me pages and the archive's own headers. */
const slack = 8 << 20;
/** Names of other members that an error lists. */
const shown = 8;

/**
 * Reads a data set's files, one after the other, from a folder or a .tar.gz that holds them.
 *
 * An archive is only ever read in memory, by its members' exact base names, and never unpacked to disk.
 *
 * @throws RunError if a file is missing, twice there, of the wrong size, or unreadable; the error names it
 */
export async function* readFiles(path: string, wanted: readonly WantedFile[]): AsyncGenerator<FoundFile> {
  const found = await readable(path, stat(path));
  if (found.isDirectory()) yield* folderFiles(path, wanted);
  else if (found.isFile()) yield* archiveFiles(path, wanted);
  else throw fileError(path, { expected: "a folder or a .tar.gz file", got: "something else" });
}

async function* folderFiles(folder: string, wanted: readonly WantedFile[]): AsyncGenerator<FoundFile> {
  const there = new Set<string>();
  for (const { name } of wanted) if (await exists(join(folder, name))) there.add(name);
  requireAll(folder, wanted, there);
  for (const file of wanted) {
    if (!there.has(file.name)) continue;
    const path = join(folder, file.name);
    const content = await readAtMost(path, file.bytes);
    requireSize(file, content.length, { path });
    yield { name: file.name, content, path };
  }
}

async function* archiveFiles(path: string, wanted: readonly WantedFile[]): AsyncGenerator<FoundFile> {
  const bytes = wanted.reduce((sum, file) => sum + file.bytes, slack);
  const there = new Set<string>();
  const others: string[] = [];
  for await (const member of tarMembers(path, { maxBytes: () => bytes })) {
    const name = basename(member.header.name);
    const file = wanted.find((each) => each.name === name);
    if (file === undefined) {
      if (others.length < shown) others.push(name);
      member.skip();
      continue;
    }
    const part = `member ${name}`;
    if (there.has(name)) throw fileError(path, { part, expected: "it once", got: "it twice" });
    there.add(name);
    yield { name, content: await readMember(member, file, { path, part }), path, part };
  }
  requireAll(path, wanted, there, others);
}

/** A member's bytes; its size is checked before memory is taken for it. */
async function readMember(member: TarMember, file: WantedFile, where: Where): Promise<Buffer> {
  const { size, type } = member.header;
  if (type !== "file") throw fileError(where.path, { ...where, expected: "a file", got: `a ${type}` });
  requireSize(file, size, where);
  const content = await member.bytes();
  requireSize({ ...file, bytes: size, kind: "records" }, content.length, where);
  return content;
}

interface Where {
  readonly path: string;
  readonly part?: string;
}

function requireSize({ bytes, kind }: WantedFile, got: number, where: Where): void {
  if (kind === "records" ? got === bytes : got <= bytes) return;
  const expected = kind === "records" ? `${bytes} bytes` : `at most ${bytes} bytes`;
  throw fileError(where.path, { ...where, expected, got: String(got) });
}

function requireAll(
  path: string,
  wanted: readonly WantedFile[],
  there: ReadonlySet<string>,
  others: readonly string[] = [],
): void {
  const needed = wanted.filter((file) => file.kind === "records").map((file) => file.name);
  const missing = needed.filter((name) => !there.has(name));
  if (missing.length === 0) return;
  const found = [...there, ...others].slice(0, shown).join(", ");
  throw fileError(path, {
    expected: `it to hold ${needed.join(", ")}`,
    got: `no ${missing.join(", ")}${found === "" ? "" : ` (found ${found})`}`,
    advice: "Get the binary version of the data set, whole.",
  });
}
