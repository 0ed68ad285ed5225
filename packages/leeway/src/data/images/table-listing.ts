import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { type Columns, readColumns, textAt, type TextColumn } from "../columns.ts";
import { exists, unreadable } from "../bounded-read.ts";
import { RunError } from "../../errors.ts";
import { stampOf } from "./folder-listing.ts";
import { folderSource } from "./folder-source.ts";
import { type ImageListing, type ImageSplit, type ListedImage, requireListing } from "./listing.ts";

/** Tables that say which images there are. */
export interface ImageTables {
  readonly paths: readonly string[];
  readonly testPaths?: readonly string[] | undefined;
  /** The column with the class. */
  readonly label: string;
}

/** How the tables are read. */
export interface TableOptions {
  readonly pathColumn: string;
  readonly root?: string;
}

/**
 * Lists the images that tables name, each row a path and a label. Paths start from the first table's folder, or
 * from `root`, and stay inside it. Classes are in the order of their names.
 *
 * @throws RunError naming file and row: a path or a label is missing, or a path leads outside
 */
export async function listTable(
  { paths, testPaths = [], label }: ImageTables,
  { pathColumn, root }: TableOptions,
): Promise<ImageListing> {
  const place = paths[0] ?? "table";
  const folder = resolve(root ?? dirname(place));
  const inside = await insideOf(folder);
  const rows: Row[] = [];
  for (const [split, files] of [
    ["train", paths],
    ["test", testPaths],
  ] as const) {
    if (files.length === 0) continue;
    const table = await readColumns(files, { columns: { [pathColumn]: "text", [label]: "text" } });
    for (const row of rowsOf(table, { pathColumn, label })) rows.push({ ...row, split });
  }
  const classNames = [...new Set(rows.map(({ className }) => className))].sort();
  const labels = new Map(classNames.map((name, i) => [name, i]));
  const images: ListedImage[] = [];
  for (const { where, path, className, split } of rows) {
    const { path: name, stamp } = await inside(path, where);
    images.push({ path: name, split, label: labels.get(className)!, stamp });
  }
  const name = basename(place).replace(/\..*$/, "");
  const listing = { name, classNames, images, source: folderSource(folder), notes: [] };
  return requireListing(listing, place);
}

interface Row {
  /** "data.csv, row 7" */
  readonly where: string;
  readonly path: string;
  readonly className: string;
  readonly split: ImageSplit;
}

function* rowsOf(
  { rows, columns, place }: Columns,
  { pathColumn, label }: { readonly pathColumn: string; readonly label: string },
): Generator<Omit<Row, "split">> {
  const [paths, names] = [columns.get(pathColumn) as TextColumn, columns.get(label) as TextColumn]; // read as text
  for (let i = 0; i < rows; i++) {
    const [path, className] = [textAt(paths, i), textAt(names, i)];
    const empty = path === undefined ? pathColumn : className === undefined ? label : undefined;
    if (path === undefined || className === undefined) {
      throw rowError(place(i), `a value in column "${empty}"`, "none", "Fill it in or delete the row.");
    }
    yield { where: place(i), path, className };
  }
}

/** Finds a path's file in a folder; refuses one that leads outside, also by a link on the way. */
async function insideOf(
  folder: string,
): Promise<(path: string, where: string) => Promise<{ readonly path: string; readonly stamp: string }>> {
  const real = await realpath(folder).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  const checked = new Map<string, boolean>();
  const leadsOutside = (from: string, path: string): boolean => {
    const way = relative(from, path);
    return way === "" || way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
  };
  return async (path, where) => {
    const whole = resolve(folder, path);
    const parent = dirname(whole);
    if (!checked.has(parent) && (await exists(parent))) {
      const really = await realpath(parent);
      checked.set(parent, really !== real && leadsOutside(real, really));
    }
    if (leadsOutside(folder, whole) || checked.get(parent) === true) {
      const advice = "Put the images there, or name their folder as root.";
      throw rowError(where, `a path inside ${folder}`, `"${path}"`, advice);
    }
    const stamp = (await exists(whole)) ? stampOf(await lstat(whole)) : "missing";
    return { path: relative(folder, whole).split(sep).join("/"), stamp };
  };
}

function rowError(where: string, wanted: string, got: string, advice: string): RunError {
  const message = `${where}: expected ${wanted}, got ${got}. ${advice}`;
  return new RunError("data", message.replace(/\p{C}/gu, "?"), { path: where.replace(/, row \d+$/, "") });
}
