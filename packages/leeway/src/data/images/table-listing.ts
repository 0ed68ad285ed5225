import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { readColumns, textAt, type TextColumn } from "../files/columns.ts";
import { exists, readable } from "../files/bounded-read.ts";
import type { Dialect } from "../files/dialect.ts";
import { withDuckDB } from "../files/duckdb.ts";
import { fileError, type Origin, rowError } from "../files/file-error.ts";
import { findLabelColumn, labelColumn, leftOut, type unlabelledRule } from "../files/labels.ts";
import { columnNamed, findTable, listed, type TableColumn, type TableFiles } from "../files/table-files.ts";
import { stampAt } from "./folder-listing.ts";
import { folderSource } from "./folder-source.ts";
import { type ImageListing, type ImageSplit, type ListedImage, requireListing } from "./listing.ts";

/** Tables that list images. */
interface ImageTables {
  readonly paths: readonly string[];
  readonly testPaths?: readonly string[] | undefined;
  readonly validationPaths?: readonly string[] | undefined;
  /** The column with the class; by default the only one with such a name. */
  readonly label?: string | undefined;
}

/** How the tables are read. */
export interface TableOptions {
  /** The column with the paths; by default the first with such a name. */
  readonly pathColumn?: string | undefined;
  readonly root?: string | undefined;
  /** How the tables are written. */
  readonly dialect?: Dialect | undefined;
  /** What is done about rows without a class; by default "stop". */
  readonly unlabelled?: ReturnType<typeof unlabelledRule> | undefined;
}

/**
 * Lists the images that tables name, each row a path and a label. Paths start from the first table's folder, or
 * from `root`, and stay inside it. Classes are in the order of their names.
 *
 * @throws RunError naming file and row: a path or a label is missing, or a path leads outside
 */
export async function listTable(
  { paths, testPaths = [], validationPaths = [], label }: ImageTables,
  { pathColumn, root, dialect = {}, unlabelled }: TableOptions,
): Promise<ImageListing> {
  const place = paths[0] ?? "table";
  const { folder, columns, notes } = await withDuckDB(async (db) => {
    const files = await findTable(db, paths, dialect);
    const advice = "Say which column holds the images' paths: --path-column COLUMN.";
    const names = { path: pathsOf(files, pathColumn, advice).name, label: labelColumn(files, label).name };
    return { folder: folderOf(files, root), columns: { ...names, dialect }, notes: files.notes };
  });
  const inside = await insideOf(folder);
  const rows: (Row & { readonly split: ImageSplit })[] = [];
  for (const [split, files] of [
    ["train", paths],
    ["test", testPaths],
    ["validation", validationPaths],
  ] as const) {
    if (files.length === 0) continue;
    for (const row of await rowsOf(files, columns)) rows.push({ ...row, split });
  }
  const without = rows.filter(({ className }) => className === "");
  const isLeftOut = unlabelled === "skip" && without.length > 0;
  const labelled = isLeftOut ? rows.filter(({ className }) => className !== "") : rows;
  const classNames = [...new Set(labelled.map(({ className }) => className))].sort();
  const labels = new Map(classNames.map((name, i) => [name, i]));
  const images: ListedImage[] = [];
  for (const { origin, path, className, split } of labelled) {
    if (className === "")
      throw missingValue(origin, columns.label, " or leave such rows out with --unlabelled skip");
    const { path: name, stamp } = await inside(path, origin);
    images.push({ path: name, split, label: labels.get(className)!, stamp });
  }
  const name = basename(place).replace(/\..*$/, "");
  const left = isLeftOut ? leftOut({ missing: without.length, name: columns.label }, place) : [];
  const listing = { name, classNames, images, source: folderSource(folder), notes: [...notes, ...left] };
  return requireListing(listing, place);
}

/**
 * The images that a table names, as in training, without asking for their classes.
 *
 * @returns each image's path, and its class: "" where the table names none
 */
export async function imagesOfTable(
  table: string,
  { label, pathColumn, root, dialect = {} }: TableOptions & Pick<ImageTables, "label">,
): Promise<{ readonly path: string; readonly className: string }[]> {
  const { folder, columns } = await withDuckDB(async (db) => {
    const files = await findTable(db, table, dialect);
    const path = pathsOf(files, pathColumn, "Call the column of paths so, as in training.").name;
    const columns = { path, label: findLabelColumn(files, label)?.name, dialect };
    return { folder: folderOf(files, root), columns };
  });
  const inside = await insideOf(folder);
  const images = [];
  for (const { origin, path, className } of await rowsOf([table], columns)) {
    images.push({ path: join(folder, (await inside(path, origin)).path), className });
  }
  return images;
}

/** What a column of images' paths is called, in small letters, where no option names it. */
const pathNames: readonly string[] = ["path", "file", "image", "filename", "file_name", "image_path"];

/** The first column that has the name of one of images' paths. */
export function guessPathColumn({ columns }: TableFiles): TableColumn | undefined {
  return columns.find(({ name }) => pathNames.includes(name.toLowerCase()));
}

function pathsOf(files: TableFiles, name: string | undefined, advice: string): TableColumn {
  const found = name === undefined ? guessPathColumn(files) : columnNamed(files, name);
  if (found !== undefined) return found;
  throw fileError(files.paths[0], {
    expected: `a column called ${listed(pathNames)}`,
    got: files.columns.map((column) => column.name).join(", "),
    advice,
  });
}

function folderOf({ paths }: TableFiles, root: string | undefined): string {
  return resolve(root ?? dirname(paths[0]));
}

interface Row {
  readonly origin: Origin;
  readonly path: string;
  /** "" where there is none. */
  readonly className: string;
}

async function rowsOf(
  files: readonly string[],
  {
    path,
    label,
    dialect,
  }: { readonly path: string; readonly label: string | undefined; readonly dialect: Dialect },
): Promise<Row[]> {
  const requested: Record<string, "text"> = {
    [path]: "text",
    ...(label !== undefined && { [label]: "text" }),
  };
  const { rows, columns, origin } = await readColumns(files, { columns: requested, ...dialect });
  const [paths, names] = [columns.get(path), columns.get(label ?? "")] as TextColumn[]; // read as text
  return Array.from({ length: rows }, (_, i) => {
    const name = textAt(paths!, i); // it was requested
    if (name !== undefined)
      return { origin: origin(i), path: name, className: (names && textAt(names, i)) ?? "" };
    throw missingValue(origin(i), path);
  });
}

/** Finds a path's file in a folder; refuses one that leads outside, also by a link on the way. */
async function insideOf(
  folder: string,
): Promise<(path: string, origin: Origin) => Promise<{ readonly path: string; readonly stamp: string }>> {
  const real = await readable(folder, realpath(folder));
  const checked = new Map<string, boolean>();
  const leadsOutside = (from: string, path: string): boolean => {
    const way = relative(from, path);
    return way === "" || way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
  };
  return async (path, origin) => {
    const whole = resolve(folder, path);
    const parent = dirname(whole);
    if (!checked.has(parent) && (await exists(parent))) {
      const really = await realpath(parent);
      checked.set(parent, really !== real && leadsOutside(real, really));
    }
    if (leadsOutside(folder, whole) || checked.get(parent) === true) {
      const advice = "Put the images there, or name their folder as root.";
      throw rowError(origin, { expected: `a path inside ${folder}`, got: `"${path}"`, advice });
    }
    return { path: relative(folder, whole).split(sep).join("/"), stamp: await stampAt(whole) };
  };
}

function missingValue(origin: Origin, column: string, more = ""): Error {
  return rowError(origin, {
    expected: `a value in column "${column}"`,
    got: "none",
    advice: `Fill it in or delete the row${more}.`,
  });
}
