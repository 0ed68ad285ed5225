import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { InputKind } from "../../catalogue/index.ts";
import { withDuckDB } from "../files/duckdb.ts";
import type { Dialect } from "../files/dialect.ts";
import { fileError } from "../files/file-error.ts";
import { folderEntries } from "../files/files-below.ts";
import { imageEndings, isImageName } from "../images/decode.ts";
import { guessPathColumn } from "../images/table-listing.ts";
import { isTextName } from "../text/text-files.ts";
import { labelNames } from "../files/labels.ts";
import { headerAdvice } from "../files/table-header.ts";
import { findTable, type TableColumn, type TableFiles, tableFormat } from "../files/table-files.ts";

/** Files of a folder that are looked at. */
const maxFiles = 200;

/** What a column of texts is called, in small letters and with or without an s, where no option names it. */
const textNames: readonly string[] = [
  ...["text", "review", "sentence", "comment", "title", "body", "content", "message"],
];

/** Options that help to tell a kind. */
interface KindHints {
  readonly label?: string | undefined;
  /** How tables are written. */
  readonly dialect?: Dialect | undefined;
  /** Columns that nothing is learned from. */
  readonly beside?: readonly string[];
}

/**
 * The kind of custom data, from what lies there.
 *
 * - .npy, .npz and .safetensors: embeddings
 * - a folder: images or texts, whichever of both is found first
 * - a table: embeddings where it has a column of lists; images where a column called path, file, image or filename
 *   holds the names of images; texts where one column with the name of texts (text, review, …) is beside the classes and
 *   nothing else but ids is; else a table
 *
 * @throws RunError with code "data" where nothing is found that could be learned from
 */
export async function detectKind(
  paths: readonly string[],
  { label, dialect = {}, beside = [] }: KindHints = {},
): Promise<InputKind> {
  const [path = ""] = paths;
  const there = await stat(path).catch(() => undefined);
  if (/\.(npy|npz|safetensors)$/i.test(path)) return "embedding";
  if (there?.isDirectory()) return folderKind(path);
  if (/\.(tar|tgz|tar\.gz)$/i.test(path) && there !== undefined) {
    const advice = "Unpack it and name the folder.";
    throw fileError(path, { expected: "a folder or files", got: "an archive", advice });
  }
  if (/\.(pt|pth)$/i.test(path) && there !== undefined) {
    throw fileError(path, {
      expected: "embeddings as .npy, .npz or .safetensors",
      got: "a file of PyTorch's, which holds Python objects",
      advice: "Save them with np.save(path, x.numpy()).",
    });
  }
  if (isImageName(path)) {
    throw fileError(path, {
      expected: "a folder of images with a folder for each class, or a table of their paths and classes",
      got: "images",
      advice: "Name the folder, or the table.",
    });
  }
  return withDuckDB(async (db) => {
    const files = await findTable(db, paths, dialect);
    if (label === undefined && tableFormat(path) === undefined) throw unclearKind(path, files);
    const pathColumn = guessPathColumn(files);
    if (pathColumn !== undefined) {
      const named = imageEndings.map((ending) => `lower(v) LIKE '%${ending}'`).join(" OR ");
      const some = `SELECT ${pathColumn.sql} AS v FROM ${files.relation} LIMIT 100`;
      const [row] = await db.rows(`SELECT bool_and(${named}) AS all FROM (${some}) WHERE v IS NOT NULL`);
      if (row?.["all"] === true) return "image";
    }
    return tableKind(files, label, beside);
  });
}

/** Asks what a file is whose name does not say that it is a table, and whose column of classes nothing names. */
function unclearKind(path: string, { columns }: TableFiles): Error {
  const names = columns.map((column) => column.name);
  const several = names.length > 1;
  const shown = names.slice(0, 6).map((each) => (each.length > 24 ? `${each.slice(0, 24)}…` : each));
  const ending = extname(path) === "" ? "a file without an ending" : `a file that ends in "${extname(path)}"`;
  return fileError(path, {
    expected: "a folder, .csv, .tsv, .jsonl, .parquet, .xlsx, .arff, .npy, .npz or .safetensors",
    got: several
      ? `${ending} that looks like a table of ${names.length} columns (${shown.join(", ")}${names.length > 6 ? ", …" : ""})`
      : ending,
    advice: several
      ? `If it is one, say so: --kind table --label COLUMN.${headerAdvice(names)}`
      : "Say what it is with --kind, or convert it.",
  });
}

/**
 * The column of texts in a table by its name: the only one that is called text, review, sentence, comment, title, body,
 * content or message. Undefined where no column or more than one is called so.
 */
export function textColumnOf({ columns }: TableFiles, label: string | undefined): string | undefined {
  const named = columns.filter((column) => column.name !== label && holdsTexts(column));
  return named.length === 1 ? named[0]!.name : undefined;
}

function holdsTexts({ name, type }: TableColumn): boolean {
  return type === "text" && textNames.includes(name.toLowerCase().replace(/s$/, ""));
}

function tableKind({ columns }: TableFiles, label: string | undefined, beside: readonly string[]): InputKind {
  const features = columns.filter(
    ({ name }) =>
      name !== label &&
      ![...labelNames, ...beside.map((each) => each.toLowerCase()), "id", "index"].includes(
        name.toLowerCase(),
      ) &&
      !/_id$/i.test(name),
  );
  if (features.length > 0 && features.every(({ type }) => type === "vector")) return "embedding";
  return features.length === 1 && features.every(holdsTexts) ? "text" : "table";
}

/** Looks at files in the order of their folders, and not at all of them. */
async function folderKind(folder: string): Promise<InputKind> {
  let left = maxFiles;
  const waiting = [folder];
  for (let next = waiting.shift(); next !== undefined && left > 0; next = waiting.shift()) {
    const inside = await folderEntries(next).catch(() => []);
    for (const entry of inside) {
      if (entry.isFolder) waiting.push(join(next, entry.name));
      else if (isImageName(entry.name)) return "image";
      else if (next !== folder && isTextName(entry.name)) return "text";
      left--;
    }
  }
  throw fileError(folder, {
    expected: "a folder of images or .txt files for each class",
    got: "neither",
    advice: `Images end in ${imageEndings.join(", ")}. For tables name the files: ${folder.replace(/\/+$/, "")}/*.csv.`,
  });
}
