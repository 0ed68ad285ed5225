import { basename, dirname, join, resolve } from "node:path";
import { readColumns, textAt, type TextColumn } from "../files/columns.ts";
import type { Dialect } from "../files/dialect.ts";
import { withDuckDB } from "../files/duckdb.ts";
import { fileError, type Origin, rowError } from "../files/file-error.ts";
import { classFinder } from "../files/class-names.ts";
import { findLabelColumn, labelColumn, leftOut, type unlabelledRule } from "../files/labels.ts";
import { columnNamed, findTable, listed, type TableColumn, type TableFiles } from "../files/table-files.ts";
import { folderSource } from "./folder-source.ts";
import { listedPaths } from "./listed-paths.ts";
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
  /** What the paths leave out at their end; by default the ending of the only image that is called so. */
  readonly pathSuffix?: string | undefined;
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
  { pathColumn, root, pathSuffix, dialect = {}, unlabelled }: TableOptions,
): Promise<ImageListing> {
  const place = paths[0] ?? "table";
  const { folder, columns, notes } = await withDuckDB(async (db) => {
    const files = await findTable(db, paths, dialect);
    const names = { path: pathsOf(files, pathColumn).name, label: labelColumn(files, label).name };
    return { folder: folderOf(files, root), columns: { ...names, dialect }, notes: files.notes };
  });
  const files = await listedPaths(folder, pathSuffix);
  const rows: (Row & { readonly split: ImageSplit; readonly id: number })[] = [];
  for (const [split, files] of [
    ["train", paths],
    ["test", testPaths],
    ["validation", validationPaths],
  ] as const) {
    if (files.length === 0) continue;
    for (const [id, row] of (await rowsOf(files, columns)).entries()) rows.push({ ...row, split, id });
  }
  const without = rows.filter(({ className }) => className === "");
  const isLeftOut = unlabelled === "skip" && without.length > 0;
  const labelled = isLeftOut ? rows.filter(({ className }) => className !== "") : rows;
  const classNames = classNamesOf(labelled);
  const labelOf = classFinder(classNames);
  const images: ListedImage[] = [];
  for (const { origin, path, className, split, id } of labelled) {
    if (className === "")
      throw missingValue(origin, columns.label, " or leave such rows out with --unlabelled skip");
    const { path: name, stamp } = await files.find(path, origin);
    images.push({ path: name, split, label: labelOf(className), stamp, id });
  }
  const name = basename(place).replace(/\..*$/, "");
  const left = isLeftOut ? leftOut({ missing: without.length, name: columns.label }, place) : [];
  const all = [...notes, ...left, ...files.notes()];
  const listing = { name, classNames, images, source: folderSource(folder), notes: all };
  return requireListing(listing, place);
}

/** The classes of training, and those of other splits that are none of them; `requireListing` refuses these. */
function classNamesOf(rows: readonly (Row & { readonly split: ImageSplit })[]): string[] {
  const trained = new Set(rows.filter(({ split }) => split === "train").map(({ className }) => className));
  const find = classFinder([...trained]);
  const strange = rows.filter(({ className }) => find(className) === -1).map(({ className }) => className);
  return [...new Set([...trained, ...strange])].sort();
}

/**
 * The images that a table names, as in training, without asking for their classes.
 *
 * @returns each image's path, and its class: "" where the table names none
 */
export async function imagesOfTable(
  table: string,
  { label, pathColumn, root, pathSuffix, dialect = {} }: TableOptions & Pick<ImageTables, "label">,
): Promise<{ readonly path: string; readonly className: string }[]> {
  const { folder, columns } = await withDuckDB(async (db) => {
    const files = await findTable(db, table, dialect);
    const path = pathsOf(files, pathColumn).name;
    const columns = { path, label: findLabelColumn(files, label)?.name, dialect };
    return { folder: folderOf(files, root), columns };
  });
  const files = await listedPaths(folder, pathSuffix);
  const images = [];
  for (const { origin, path, className } of await rowsOf([table], columns)) {
    images.push({ path: join(folder, (await files.find(path, origin)).path), className });
  }
  return images;
}

/** What a column of images' paths is called, in small letters, where no option names it. */
const pathNames: readonly string[] = ["path", "file", "image", "filename", "file_name", "image_path"];

/** What it may be called where none is called so. */
const otherPathNames: readonly string[] = [
  ...["filepath", "file_path", "img", "img_path", "image_name", "image_id", "id_code"],
];

/** The first column that has the name of one of images' paths. */
export function guessPathColumn({ columns }: TableFiles): TableColumn | undefined {
  const among = (names: readonly string[]): TableColumn | undefined =>
    columns.find(({ name }) => names.includes(name.toLowerCase()));
  return among(pathNames) ?? among(otherPathNames);
}

function pathsOf(files: TableFiles, name: string | undefined): TableColumn {
  const found = name === undefined ? guessPathColumn(files) : columnNamed(files, name);
  if (found !== undefined) return found;
  throw fileError(files.paths[0], {
    expected: `a column called ${listed(pathNames)}`,
    got: files.columns
      .map((column) => column.name)
      .slice(0, 20)
      .join(", "),
    advice: "Say which column holds the images' paths: --path-column COLUMN.",
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

function missingValue(origin: Origin, column: string, more = ""): Error {
  return rowError(origin, {
    expected: `a value in column "${column}"`,
    got: "none",
    advice: `Fill it in or delete the row${more}.`,
  });
}
