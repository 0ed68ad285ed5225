import { readdir, realpath } from "node:fs/promises";
import { basename, dirname, extname, relative, resolve, sep } from "node:path";
import { exists, isFolder } from "../files/bounded-read.ts";
import { fileError, type Origin, reason, rowError } from "../files/file-error.ts";
import { leadsOutside, linkNotes } from "../files/files-below.ts";
import { isImageName } from "./decode.ts";
import { stampAt } from "./folder-listing.ts";

/** Finds the files that a table's paths name in a folder. */
interface ListedPaths {
  /**
   * @returns the path in the folder, with forward slashes, and what changes when the file does
   * @throws RunError that names the row of a path that leads outside, or fits two files
   */
  find(path: string, origin: Origin): Promise<{ readonly path: string; readonly stamp: string }>;
  /** What links led out of the folder. */
  notes(): string[];
}

/**
 * Paths as tables have them, also without the ending of their files.
 *
 * @param folder where they start
 * @param suffix is added to each that does not end in it; by default a path that is no file gets the ending of the only
 *   image that is called so
 */
export async function listedPaths(folder: string, suffix: string | undefined): Promise<ListedPaths> {
  const top = await realpath(folder).catch((cause: unknown) => {
    const advice = "Check --image-root, or the table's path.";
    throw fileError(folder, {
      expected: "the folder that paths start from",
      got: reason(cause),
      advice,
      cause,
    });
  });
  const images = imagesByStem();
  const outside = new Map<string, boolean>();
  const isOutside = async (parent: string): Promise<boolean> => {
    const known = outside.get(parent);
    if (known !== undefined) return known;
    const found = (await exists(parent)) && leadsOutside(top, await realpath(parent));
    outside.set(parent, found);
    return found;
  };
  const led: string[] = [];
  return {
    find: async (path, origin) => {
      const whole = resolve(folder, withSuffix(path, suffix));
      if (leadsOutside(folder, whole) || whole === folder) {
        const advice = "Put the images there, or name their folder with --image-root.";
        throw rowError(origin, { expected: `a path inside ${folder}`, got: `"${path}"`, advice });
      }
      const file =
        suffix === undefined && !isImageName(whole)
          ? await withEnding(whole, { path, origin, images })
          : whole;
      const name = relative(folder, file).split(sep).join("/");
      if (await isOutside(dirname(file))) led.push(name);
      return { path: name, stamp: await stampAt(file) };
    },
    notes: () => linkNotes({ loops: [], outside: led }),
  };
}

/** An ending may be named without its dot: jpg. */
function withSuffix(path: string, named = ""): string {
  const suffix = /^\w+$/.test(named) && isImageName(`x.${named}`) ? `.${named}` : named;
  return path.toLowerCase().endsWith(suffix.toLowerCase()) ? path : path + suffix;
}

interface Wanted {
  /** As the table has it. */
  readonly path: string;
  readonly origin: Origin;
  readonly images: ImagesByStem;
}

/** The file, or the only image that is called so but for its ending. */
async function withEnding(whole: string, { path, origin, images }: Wanted): Promise<string> {
  if ((await exists(whole)) && !(await isFolder(whole))) return whole;
  const [first, second] = await images(dirname(whole), basename(whole));
  if (first === undefined) return whole; // reading it says that there is no such file
  if (second === undefined) return resolve(dirname(whole), first);
  throw rowError(origin, {
    expected: `one image called "${path}"`,
    got: `${first} and ${second}`,
    advice: `Say which ending the table leaves out: --path-suffix ${extname(first)}.`,
  });
}

/** The names of images in a folder that are called so but for their ending. */
type ImagesByStem = (folder: string, stem: string) => Promise<readonly string[]>;

/** Each folder is read once. */
function imagesByStem(): ImagesByStem {
  const folders = new Map<string, Promise<ReadonlyMap<string, string[]>>>();
  const read = async (folder: string): Promise<ReadonlyMap<string, string[]>> => {
    const stems = new Map<string, string[]>();
    const names = await readdir(folder).catch(() => []); // a folder that is not there has none
    for (const name of names.filter(isImageName).sort()) {
      const stem = name.slice(0, -extname(name).length);
      stems.set(stem, [...(stems.get(stem) ?? []), name]);
    }
    return stems;
  };
  return async (folder, stem) => {
    const stems = folders.get(folder) ?? read(folder);
    folders.set(folder, stems);
    return (await stems).get(stem) ?? [];
  };
}
