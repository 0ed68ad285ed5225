import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { PassThrough } from "node:stream";
import { createGunzip } from "node:zlib";
import { type Entry, openPromise } from "yauzl";
import { RunError, someOf } from "../../errors.ts";
import { firstBytes, isGzip } from "./bounded-read.ts";
import { fileError, reason } from "./file-error.ts";

/** What a file is packed as, by its content, whatever it is called. */
type Packing = "none" | "gzip" | "bzip2" | "zip";

/** A file's content, unpacked as it is read. */
export interface Contents {
  readonly path: string;
  readonly packing: Packing;
  /** What the content is called: the member of an archive, or the file without .gz or .bz2. */
  readonly name: string;
  /** The bytes, from the start at each call. */
  readonly bytes: () => AsyncGenerator<Buffer, void, undefined>;
}

/** What else a file may begin with, and how it becomes something that is read. */
const unread: readonly { readonly begin: string; readonly what: string; readonly advice: string }[] = [
  { begin: "28b52ffd", what: "a Zstandard file", advice: "Unpack it: zstd -d FILE." },
  { begin: "fd377a585a00", what: "an xz file", advice: "Unpack it: xz -d FILE." },
  { begin: "377abcaf271c", what: "a 7z archive", advice: "Unpack it and name the table." },
  { begin: "526172211a07", what: "a RAR archive", advice: "Unpack it and name the table." },
  { begin: "d0cf11e0a1b11ae1", what: "an old Excel file", advice: "Save it as .xlsx or .csv." },
  {
    begin: "53514c69746520666f726d6174203300",
    what: "an SQLite database",
    advice: "Export the table as CSV.",
  },
  ...["8002", "8003", "8004", "8005"].map((begin) => ({
    begin,
    what: "a Python pickle",
    advice: "Save a table with df.to_parquet(path), vectors with np.save(path, x) as .npy.",
  })),
  { begin: "894844460d0a1a0a", what: "an HDF5 file", advice: "Export the table as Parquet or CSV." },
];

/**
 * Looks at how a file begins.
 *
 * @throws RunError with code "data" if it cannot be read, is packed as we do not read, or is an archive of more than
 *   one table
 */
export async function contentsOf(path: string): Promise<Contents> {
  const start = await firstBytes(path, 512);
  const begin = start.toString("hex");
  const other = unread.find((each) => begin.startsWith(each.begin));
  if (other !== undefined) {
    throw fileError(path, { expected: "a table that we read", got: other.what, advice: other.advice });
  }
  if (start.toString("latin1", 257, 262) === "ustar") throw isArchive(path);
  const name = basename(path);
  const unpacked = name.replace(/\.(gz|gzip|bz2|bzip2)$/i, "");
  if (/\.(tar|tgz|tbz2?)$/i.test(unpacked)) throw isArchive(path);
  if (isGzip(start)) return { path, packing: "gzip", name: unpacked, bytes: () => gunzipped(path) };
  if (/^BZh[1-9]/.test(start.toString("latin1", 0, 4)))
    return { path, packing: "bzip2", name: unpacked, bytes: () => bunzipped(path) };
  if (!begin.startsWith("504b0304")) return { path, packing: "none", name, bytes: () => plain(path) };
  const { entry, isWorkbook } = await onlyTable(path);
  if (isWorkbook) return { path, packing: "none", name: "workbook.xlsx", bytes: () => plain(path) };
  return { path, packing: "zip", name: basename(entry.fileName), bytes: () => unzipped(path, entry) };
}

function isArchive(path: string): Error {
  const advice = "Unpack it and name the table.";
  return fileError(path, { expected: "one table", got: "a tar archive", advice });
}

async function* plain(path: string): AsyncGenerator<Buffer, void, undefined> {
  yield* bytesOf(path, createReadStream(path, { highWaterMark: 1 << 20 }), "a file that can be read");
}

async function* gunzipped(path: string): AsyncGenerator<Buffer, void, undefined> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const stream = file.pipe(createGunzip({ chunkSize: 1 << 20 }));
  file.on("error", (error) => stream.destroy(error)); // a pipe does not pass errors on
  try {
    yield* bytesOf(path, stream, "a whole gzip file");
  } finally {
    file.destroy();
  }
}

async function* bunzipped(path: string): AsyncGenerator<Buffer, void, undefined> {
  const { default: unbzip2 } = await import("unbzip2-stream");
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const unpacked = file.pipe(unbzip2());
  const stream = unpacked.pipe(new PassThrough({ readableHighWaterMark: 1 << 20 }));
  const fail = (error: Error): void => void stream.destroy(error);
  file.on("error", fail); // a pipe passes none on
  unpacked.on("error", fail);
  try {
    yield* bytesOf(path, stream, "a whole bzip2 file");
  } finally {
    file.destroy();
  }
}

async function* unzipped(path: string, entry: Entry): AsyncGenerator<Buffer, void, undefined> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
  try {
    yield* bytesOf(path, await zip.openReadStreamPromise(entry), "a whole zip archive");
  } finally {
    zip.close();
  }
}

async function* bytesOf(
  path: string,
  stream: AsyncIterable<unknown>,
  expected: string,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    for await (const part of stream) yield part as Buffer; // of a stream of bytes
  } catch (cause) {
    throw fileError(path, { expected, got: `one that is cut off or damaged (${reason(cause)})`, cause });
  }
}

function isOpenDocument(path: string): Error {
  const advice = "Save it as .xlsx or .csv.";
  return fileError(path, { expected: "a table that we read", got: "an OpenDocument file", advice });
}

const tableEnding = /\.(csv|tsv|tab|txt|data|dat|jsonl|ndjson|json|parquet|pq|arff)$/i;

/** The one table in a zip archive: its only file that ends as tables do, or its only file. */
async function onlyTable(path: string): Promise<{ readonly entry: Entry; readonly isWorkbook: boolean }> {
  const files: Entry[] = [];
  try {
    const zip = await openPromise(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
    try {
      for await (const entry of zip.eachEntry()) {
        const { fileName } = entry;
        if (fileName === "xl/workbook.xml") return { entry, isWorkbook: true };
        if (fileName === "content.xml") throw isOpenDocument(path);
        if (/\/$|(^|\/)(__MACOSX\/|\.)/.test(fileName)) continue;
        files.push(entry);
      }
    } finally {
      zip.close();
    }
  } catch (error) {
    if (error instanceof RunError) throw error;
    throw fileError(path, { expected: "a whole zip archive", got: reason(error), cause: error });
  }
  const tables = files.filter(({ fileName }) => tableEnding.test(fileName) && !/read.?me/i.test(fileName));
  const [entry, ...more] = files.length === 1 ? files : tables;
  if (entry !== undefined && more.length === 0 && !entry.isEncrypted()) return { entry, isWorkbook: false };
  const names = (tables.length > 0 ? tables : files).map(({ fileName }) => fileName);
  throw fileError(path, {
    expected: "an archive of one table",
    got:
      entry?.isEncrypted() === true && more.length === 0
        ? "an encrypted one"
        : `one of ${names.length} files (${someOf(names, 4)})`,
    advice: "Unpack it and name the table, or the folder.",
  });
}
