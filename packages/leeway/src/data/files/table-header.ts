import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { didYouMean } from "../../errors.ts";
import { decoderOf, type Encoding } from "./encoding.ts";
import { fileError, reason } from "./file-error.ts";

/** The first line of a CSV or TSV file: what its columns are called, and what stands between them. */
export interface Header {
  readonly names: readonly string[];
  readonly delimiter: string;
  readonly encoding: Encoding;
}

const delimiters = [",", ";", "\t", "|"];
const maxHeaderBytes = 1 << 20;

/**
 * Reads a header. The delimiter is the one of , ; tab | that stands most often in it outside quotes; a tab in a
 * .tsv file. A column without a name is called column1, column2, … by its place.
 *
 * The first line is always taken as the header: whether it is one cannot be told from text columns alone.
 *
 * @throws RunError with code "data" if the file cannot be read, is empty or in UTF-16 BE, or a name comes twice
 */
export async function readHeader(
  path: string,
  { encoding }: { encoding?: Encoding | undefined } = {},
): Promise<Header> {
  const start = await firstBytes(path);
  const used = markedEncoding(path, start) ?? encoding ?? "utf-8";
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
  requireDifferent(path, names);
  return { names, delimiter, encoding: used };
}

/** The columns that a header names. */
export function namesIn(line: string, delimiter = commonest(line)): string[] {
  return splitLine(line, delimiter).map((name, i) => (name.trim() === "" ? `column${i + 1}` : name.trim()));
}

/**
 * What to do about columns of such names besides what else is advised: nothing, or to write the header that seems to
 * be missing, since a number is no name.
 */
export function headerAdvice(names: readonly string[]): string {
  const isNumber = (name: string): boolean => name !== "" && Number.isFinite(Number(name));
  return names.some(isNumber) ? " If the first line is data, write the columns' names above it." : "";
}

/** Refuses names that are the same, or would be to DuckDB, which does not tell a from A. */
function requireDifferent(path: string, names: readonly string[]): void {
  const plain = names.map((name) => name.toLowerCase());
  const again = plain.findIndex((name, i) => plain.indexOf(name) !== i);
  if (again === -1) return;
  const [name, first] = [names[again]!, names[plain.indexOf(plain[again]!)]!]; // both are there
  throw fileError(path, {
    expected: "each column's name once, whatever its case",
    got: name === first ? `"${name}" twice` : `"${first}" and "${name}"`,
    advice: `Rename one of them.${headerAdvice(names)}`,
  });
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
  const file = createReadStream(path, { end: maxHeaderBytes });
  const stream = /\.gz$/i.test(path) ? file.pipe(createGunzip()) : file;
  file.on("error", (error) => stream.destroy(error)); // a pipe does not pass errors on
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size >= maxHeaderBytes || part.includes(0x0a)) break;
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

/** What the mark at a file's start says of its encoding; undefined without one. */
function markedEncoding(path: string, start: Buffer): Encoding | undefined {
  if (start[0] === 0xfe && start[1] === 0xff) {
    const advice = "Save it as UTF-8, for instance with: iconv -f UTF-16 -t UTF-8.";
    throw fileError(path, { expected: "UTF-8, Latin-1 or UTF-16 LE", got: "UTF-16 BE", advice });
  }
  if (start[0] === 0xff && start[1] === 0xfe) return "utf-16";
  return start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? "utf-8" : undefined;
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
