import { stat } from "node:fs/promises";
import { join } from "node:path";
import { unreadable } from "../files/bounded-read.ts";
import { withDuckDB } from "../files/duckdb.ts";
import { fileError } from "../files/file-error.ts";
import { filesBelow } from "../files/files-below.ts";
import { isImageName } from "../images/decode.ts";
import { imagesOfTable, type TableOptions } from "../images/table-listing.ts";
import { findTable, tableFormat } from "../files/table-files.ts";
import { filesFitting } from "../files/table-paths.ts";
import { inputDialect } from "./input-text.ts";
import { type KeptRow, readKept } from "./kept-columns.ts";
import { classesOfPaths } from "./true-labels.ts";
import type { PredictionInput } from "./prediction-input.ts";

/** An image that is to be classified. */
export interface FoundImage {
  readonly path: string;
  /** By its folder or its row of a table; "" where that tells none. */
  readonly className: string;
  /** Its row of a table, where columns of it are passed on. */
  readonly kept?: KeptRow | undefined;
}

interface ImagesRequest extends Pick<PredictionInput, "label" | "keep" | "options" | "dialect"> {
  readonly classNames: readonly string[];
}

/**
 * The images that paths stand for: files, folders, patterns with `*`, `?` or `[…]`, and tables of paths like those of
 * training.
 *
 * @throws RunError with code "data" for a path that is not there, or a pattern that fits none
 */
export async function imageFiles(paths: readonly string[], request: ImagesRequest): Promise<FoundImage[]> {
  const each = (path: string): Promise<FoundImage[]> => imagesIn(path, request);
  const found = await Promise.all(paths.map(async (path) => Promise.all((await expanded(path)).map(each))));
  return found.flat(2);
}

async function imagesIn(path: string, request: ImagesRequest): Promise<FoundImage[]> {
  if ((await stat(path)).isDirectory()) return inFolder(path, request.classNames);
  return tableFormat(path) === undefined ? [{ path, className: "" }] : inTable(path, request);
}

async function inFolder(path: string, classNames: readonly string[]): Promise<FoundImage[]> {
  const { files } = await filesBelow(path);
  const images = files.filter(isImageName).sort();
  const classes = classesOfPaths(images, classNames);
  return images.map((name, i) => ({ path: join(path, name), className: classes[i]! })); // as many as images
}

/** A table's paths start where those of training did: from its own folder, or from the one that was named. */
async function inTable(path: string, request: ImagesRequest): Promise<FoundImage[]> {
  const { label, keep, options = {} } = request;
  const dialect = inputDialect(path, { ...request, paths: [path] });
  const { pathColumn, root, pathSuffix } = options as TableOptions; // of the run's reader
  const images = await imagesOfTable(path, { label, pathColumn, root, pathSuffix, dialect });
  if (keep === undefined) return images;
  const columns = await withDuckDB(async (db) => readKept(db, await findTable(db, path, dialect), keep));
  return images.map((image, row) => ({ ...image, kept: { columns, row } }));
}

/** The files of a pattern; a path that is there is itself. */
async function expanded(path: string): Promise<string[]> {
  const missing: unknown = await stat(path).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (missing === undefined) return [path];
  if (!/[*?[]/.test(path)) throw unreadable(path, missing);
  const files = await withDuckDB((db) => filesFitting(db, path));
  if (files.length > 0) return files;
  const got = "a pattern that fits none";
  throw fileError(path, { expected: "images, or a table of them", got, advice: "Check the path." });
}
