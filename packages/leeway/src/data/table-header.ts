import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { didYouMean } from "../errors.ts";
import { decoderOf, type Encoding } from "./encoding.ts";
import { reason } from "./file-error.ts";
import { fileError } from "./file-error.ts";

/** The first line of a CSV or TSV file: what its columns are called, and what stands between them. */
export interface Header {
  readonly names: readonly string[];
  readonly delimiter: string;
  readonly encoding: Encoding;
}

const delimiters = [",", ";", "\t", "|"];
const mostHeaderBytes = 1 << 20;

/**
 * Reads a header. The delimiter is the one of , ; tab | that stands most often in it outside quotes; a tab in a
 * .tsv file. A column without a name is called column1, column2, … by its place.
 *
 * The first line is always taken as the header: whether it is one cannot be told from text columns alone.
 *
 * @throws RunError with code "data" if the file cannot be read, is empty, or a name comes twice
 */
export async function readHeader(
  path: string,
  { encoding }: { encoding?: Encoding | undefined } = {},
): Promise<Header> {
  const start = await firstBytes(path);
  const used = encoding ?? (hasUtf16Mark(start) ? "utf-16" : "utf-8");
  const line = firstLine(decoderOf(used, { fatal: false }).decode(start));
  if (line.trim() === "") {
    const got = start.length === 0 ? "an empty file" : "an empty first line";
    throw fileError(path, {
      expected: "a first line with the columns' names",
      got,
      advice: "Add the header.",
    });
  }
  const delimiter = /\.tsv(\.gz)?$/i.test(path) ? "\t" : commonest(line);
  const names = namesIn(line, delimiter);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw fileError(path, {
      expected: "each column's name once",
      got: `"${twice}" twice`,
      advice: "Rename one of them.",
    });
  }
  return { names, delimiter, encoding: used };
}

/** The columns that a header names. */
export function namesIn(line: string, delimiter = commonest(line)): string[] {
  return splitLine(line, delimiter).map((name, i) => (name.trim() === "" ? `column${i + 1}` : name.trim()));
}

/** Refuses a file whose columns are not those of the first. */
export function requireSameHeader(
  path: string,
  header: Header,
  first: { readonly path: string; readonly header: Header },
): void {
  const [wanted, got] = [first.header.names, header.names];
  const place = wanted.findIndex((name, i) => got[i] !== name);
  if (place === -1 && wanted.length === got.length) return;
  const at = place === -1 ? wanted.length : place;
  throw fileError(path, {
    expected: `the columns of ${first.path} in the same order, its column ${at + 1} ${wanted[at] === undefined ? "being none" : `"${wanted[at]}"`}`,
    got: got[at] === undefined ? "none" : `"${got[at]}"`,
    advice:
      wanted[at] !== undefined && got.includes(wanted[at])
        ? "Put the columns in one order."
        : didYouMean(got[at] ?? "", wanted),
  });
}

async function firstBytes(path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  const file = createReadStream(path, { end: mostHeaderBytes });
  const stream = /\.gz$/i.test(path) ? file.pipe(createGunzip()) : file;
  file.on("error", (error) => stream.destroy(error)); // a pipe does not pass errors on
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size >= mostHeaderBytes || part.includes(0x0a)) break;
    }
  } catch (cause) {
    if (parts.length === 0) {
      const advice = "Check that the file is there, whole, and that you may read it.";
      throw fileError(path, { expected: "a file that can be read", got: reason(cause), advice, cause });
    }
  } finally {
    file.destroy();
  }
  return Buffer.concat(parts);
}

function hasUtf16Mark(start: Buffer): boolean {
  return start[0] === 0xff && start[1] === 0xfe;
}

/** Up to the first line end outside quotes. */
function firstLine(text: string): string {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (!quoted && (text[i] === "\n" || text[i] === "\r")) return text.slice(0, i);
  }
  return text;
}

function commonest(line: string): string {
  const counts = delimiters.map((each) => splitLine(line, each).length);
  return delimiters[counts.indexOf(Math.max(...counts))]!; // the counts are as many as the delimiters
}

function splitLine(line: string, delimiter: string): string[] {
  const values: string[] = [];
  let value = "";
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const letter = line[i]!; // i is below the length
    if (letter === '"' && quoted && line[i + 1] === '"') {
      value += '"';
      i++;
    } else if (letter === '"') quoted = !quoted;
    else if (letter === delimiter && !quoted) {
      values.push(value);
      value = "";
    } else value += letter;
  }
  return [...values, value];
}
