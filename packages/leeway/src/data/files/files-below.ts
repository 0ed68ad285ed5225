import { readdir, realpath } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { isFolder, readable } from "./bounded-read.ts";
import { fileError } from "./file-error.ts";
import { someOf } from "../../errors.ts";

/** Folders deeper than this in a folder are an error. */
const maxDepth = 16;

/** A file or a folder in a folder; a link is what it leads to, a file where that is nothing. */
interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly isLink: boolean;
}

/** What a folder holds, by name and without what is hidden. */
export async function folderEntries(folder: string): Promise<FolderEntry[]> {
  const all = await readable(folder, readdir(folder, { withFileTypes: true }));
  const shown = all.filter(({ name }) => !name.startsWith(".")).sort((a, b) => (a.name < b.name ? -1 : 1));
  return Promise.all(
    shown.map(async (entry) => {
      const { name } = entry;
      const isLink = entry.isSymbolicLink();
      return { name, isLink, isFolder: isLink ? await isFolder(join(folder, name)) : entry.isDirectory() };
    }),
  );
}

/** What links led to, for {@link linkNotes}. */
interface Links {
  /** Folders that lead back to one they are in: they are not looked into. */
  readonly loops: string[];
  /** What lies outside the folder that was named, and is read all the same. */
  readonly outside: string[];
}

/** Files at any depth of a folder. */
export interface FilesBelow extends Readonly<Links> {
  /** Their paths, with forward slashes, by the order of their names. */
  readonly files: readonly string[];
}

/**
 * The files below a folder at any depth, hidden ones left aside. Links are followed, to files and to folders; one that
 * leads back to a folder it is in is passed over.
 *
 * @param top    the folder that was named: links out of it are noticed
 * @param inside the folder in it whose files are wanted; by default itself
 * @returns paths from `top` on
 * @throws RunError with code "data" if a folder cannot be read, or there are more than 16 in each other
 */
export async function filesBelow(top: string, inside = ""): Promise<FilesBelow> {
  const found: Walk["found"] = { files: [], loops: [], outside: [] };
  const chain: string[] = [];
  const parts = inside.split("/").filter((part) => part !== "");
  for (let depth = 0; depth <= parts.length; depth++) {
    const way = parts.slice(0, depth).join("/");
    const real = await readable(join(top, way), realpath(join(top, way)));
    if (chain.includes(real)) return { ...found, loops: [way] };
    const before = chain.at(-1);
    const isLink = before !== undefined && real !== join(before, parts[depth - 1]!); // a part each time
    if (isLink && leadsOutside(chain[0]!, real)) found.outside.push(way); // the top is there
    chain.push(real);
  }
  await walk(inside, { top, depth: 0, chain, found });
  return found;
}

interface Walk {
  readonly top: string;
  readonly depth: number;
  /** The folders on the way, without links: the top first. */
  readonly chain: readonly string[];
  readonly found: Links & { readonly files: string[] };
}

async function walk(inside: string, { top, depth, chain, found }: Walk): Promise<void> {
  const place = join(top, inside);
  if (depth > maxDepth) throw fileError(place, { expected: "fewer folders in folders", got: "more" });
  for (const { name, isFolder, isLink } of await folderEntries(place)) {
    const path = inside === "" ? name : `${inside}/${name}`;
    const real = isLink ? await realpath(join(top, path)).catch(() => undefined) : undefined;
    if (real !== undefined && leadsOutside(chain[0]!, real)) found.outside.push(path); // the top is there
    if (!isFolder) {
      found.files.push(path);
      continue;
    }
    const folder = real ?? join(chain.at(-1) ?? top, name);
    if (chain.includes(folder)) found.loops.push(path);
    else await walk(path, { top, depth: depth + 1, chain: [...chain, folder], found });
  }
}

/** Whether a path is no path inside a folder; both without links. */
export function leadsOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
}

/** Notes on links that lead back, or out of the folder that was named. */
export function linkNotes({ loops, outside }: Links): string[] {
  const note = (links: readonly string[], [one, several]: readonly [string, string]): string[] => {
    const paths = [...new Set(links)]; // the folder of a split is on the way to each class
    if (paths.length === 0) return [];
    return [
      `${paths.length === 1 ? `1 link leads ${one}` : `${paths.length} links lead ${several}`}: ${someOf(paths, 3)}`,
    ];
  };
  return [
    ...note(loops, [
      "back to a folder that holds it, and is not followed",
      "back to a folder that holds them, and are not followed",
    ]),
    ...note(outside, ["out of the folder, and is read", "out of the folder, and are read"]),
  ];
}
