import { createHash } from "node:crypto";
import { closeSync, createReadStream, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { basename, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { RunError } from "../../../errors.ts";
import { freeSpace, keepFile } from "../../../storage/index.ts";
import { get } from "./request.ts";

/** A file of the net, and what is known of its contents: what is kept is this and nothing else. */
export interface RemoteFile {
  /** https alone. */
  readonly url: string;
  /** Where it goes, below a folder; by default under its own name. */
  readonly path?: string;
  /** Where a mirror has it, below the mirror's address; by default under its own name. */
  readonly atMirror?: string;
  readonly bytes?: number;
  /** 32 hexadecimal digits. */
  readonly md5?: string;
  /** 64 hexadecimal digits. */
  readonly sha256?: string;
}

/** How far a file is. */
export interface FetchProgress {
  readonly file: string;
  readonly received: number;
  /** Its size, as soon as that is known. */
  readonly of?: number | undefined;
  /** What went wrong before this try, where something did. */
  readonly fault?: string;
}

/** How a file is fetched. */
export interface FetchOptions {
  /** A place that holds the same files, instead of their own: "https://mirror.example.org/data". */
  readonly mirror?: string | undefined;
  /** Milliseconds without a byte after which a transfer is abandoned; by default 30 s. */
  readonly patience?: number;
  /** Tries in all; each goes on where the last one broke off. */
  readonly tries?: number;
  /** Milliseconds before the second try; each later one waits twice as long. */
  readonly pause?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fetches a file into a folder, where it gets its name only once its size and checksum are right, so far as they are
 * known; of a file without a checksum the server's own word is taken, where it gives one.
 *
 * What has come so far lies beside it as `.NAME.part` and is gone on with, also by a later process, unless the server's
 * file has changed since. A file that is there and right is left alone, and so is one of which no checksum is known.
 *
 * @returns its path
 * @throws RunError with code "data" if it cannot be had or is not what is known of it; with code "run" if there is no room
 */
export async function* fetchFile(
  wanted: RemoteFile,
  folder: string,
  { mirror, patience = 30_000, tries = 5, pause = 1000, signal }: FetchOptions = {},
): AsyncGenerator<FetchProgress, string, undefined> {
  const name = wanted.url.slice(wanted.url.lastIndexOf("/") + 1);
  const { path: file = name, atMirror = name } = wanted;
  const place = placeOf(join(folder, file));
  const { path } = place;
  if (existsSync(path) && (await isRight(path, wanted))) {
    yield { file, received: sizeOf(path), of: sizeOf(path) };
    return path;
  }
  makeRoom(dirname(path), (wanted.bytes ?? 0) - sizeOf(place.part));
  const url = new URL(mirror === undefined ? wanted.url : `${mirror.replace(/\/+$/, "")}/${atMirror}`);
  let fault = "";
  let others = 0;
  let tried = 0;
  // What comes whole and is another file twice will be so again.
  for (; tried < tries && others < 2; tried++) {
    if (tried > 0) await setTimeout(pause * 2 ** (tried - 1), undefined, { signal });
    try {
      const parts = oneTry(url, place, { wanted, patience, plain: mirror !== undefined, signal });
      let step = await parts.next();
      for (; !step.done; step = await parts.next()) yield { file, ...step.value, ...(fault && { fault }) };
      const other = await otherContents(place.part, { ...wanted, ...step.value });
      if (other === undefined) {
        keepFile(place.part, path);
        rmSync(place.validator, { force: true });
        return path;
      }
      fault = `other contents: ${other}`;
      others++;
      discard(place);
    } catch (cause) {
      if (signal?.aborted || cause instanceof RunError) throw cause;
      fault = cause instanceof Error ? cause.message : String(cause);
    }
    yield { file, received: sizeOf(place.part), of: wanted.bytes, fault };
  }
  const advice = "Try again later, which goes on where this broke off, or name another place with --mirror.";
  const size = wanted.bytes === undefined ? "" : ` of ${wanted.bytes} bytes`;
  const times = tried === 1 ? "once" : `${tried} times`;
  throw new RunError("data", `${url.href}: expected ${file}${size}, got ${fault}, ${times}. ${advice}`);
}

/** What is known of a file's contents. */
type Known = Pick<RemoteFile, "bytes" | "md5" | "sha256">;

async function isRight(path: string, known: Known): Promise<boolean> {
  if (known.bytes !== undefined && sizeOf(path) !== known.bytes) return false;
  return (await otherContents(path, known)) === undefined;
}

/** What is wrong with a file's contents by the checksums that are known; undefined where nothing is. */
async function otherContents(path: string, { md5, sha256 }: Known): Promise<string | undefined> {
  for (const [algorithm, wanted] of Object.entries({ "SHA-256": sha256, MD5: md5 })) {
    if (wanted === undefined) continue;
    const got = await hashOf(path, algorithm.replace("-", "").toLowerCase());
    if (got !== wanted) return `${algorithm} ${got} instead of ${wanted}`;
  }
  return undefined;
}

/** A file's name, what there is of it so far, and what the server called the file that this is a part of. */
interface Place {
  readonly path: string;
  readonly part: string;
  readonly validator: string;
}

function placeOf(path: string): Place {
  const part = join(dirname(path), `.${basename(path)}.part`);
  return { path, part, validator: `${part}.etag` };
}

interface Try {
  readonly wanted: Known;
  readonly patience: number;
  readonly plain: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** How many bytes there are, of how many. */
type Received = Pick<FetchProgress, "received" | "of">;

/** Requests what is missing of the part and writes it; returns what the server says of the whole file. */
async function* oneTry(
  url: URL,
  place: Place,
  { wanted, ...rest }: Try,
): AsyncGenerator<Received, Pick<Known, "sha256">, undefined> {
  const { bytes = Infinity } = wanted;
  const had = existsSync(place.validator) ? sizeOf(place.part) : 0;
  if (had > bytes) discard(place);
  if (had === bytes) return {};
  const from = had > bytes ? 0 : had;
  const headers =
    from === 0 ? {} : { range: `bytes=${from}-`, "if-range": readFileSync(place.validator, "utf8") };
  const { response, sha256 } = await get(url, { ...rest, headers });
  const resumed = response.statusCode === 206 && beginsAt(response) === from;
  if (response.statusCode !== 200 && !resumed) {
    response.destroy();
    if (from > 0) discard(place); // a range that the server does not have
    throw new Error(`status ${response.statusCode ?? "none"}`);
  }
  if (!resumed) startAnew(place, response);
  const received = resumed ? from : 0;
  yield* written(response, place.part, { received, of: wanted.bytes ?? wholeSize(response, received) });
  return wanted.sha256 === undefined && sha256 !== undefined ? { sha256 } : {};
}

/** The size of the whole file by an answer with its rest; undefined where it does not say. */
function wholeSize({ headers }: IncomingMessage, received: number): number | undefined {
  const rest = headers["content-length"];
  return rest === undefined ? undefined : received + Number(rest);
}

/** The first byte that an answer with a part of the file holds. */
function beginsAt({ headers }: IncomingMessage): number {
  return Number(/^bytes (\d+)-/.exec(headers["content-range"] ?? "")?.[1] ?? -1);
}

function startAnew(place: Place, { headers }: IncomingMessage): void {
  discard(place);
  // A weak tag says that two files mean the same, not that they are the same bytes.
  const tag = headers.etag?.startsWith("W/") ? undefined : headers.etag;
  const validator = tag ?? headers["last-modified"];
  if (validator !== undefined) writeFileSync(place.validator, validator);
}

async function* written(
  response: IncomingMessage,
  part: string,
  { received: before, of }: { readonly received: number; readonly of: number | undefined },
): AsyncGenerator<Received, void, undefined> {
  const file = openSync(part, before === 0 ? "w" : "a");
  const max = of ?? Infinity;
  let received = before;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received > max) throw new Error(`more than ${max} bytes`);
      writeWhole(file, chunk, part);
      yield { received, of };
    }
  } finally {
    closeSync(file);
    response.destroy();
    if (received > max) rmSync(part, { force: true });
  }
  if (of !== undefined && received < of) throw new Error(`only ${received} of ${of} bytes`);
}

function writeWhole(file: number, chunk: Buffer, part: string): void {
  try {
    for (let at = 0; at < chunk.length;) at += writeSync(file, chunk, at);
  } catch (cause) {
    throw new RunError(
      "run",
      `${part}: expected to write what was received, got ${String(cause)}. Make room.`,
      {
        path: part,
        cause,
      },
    );
  }
}

function discard({ part, validator }: Place): void {
  rmSync(part, { force: true });
  rmSync(validator, { force: true });
}

function makeRoom(folder: string, needed: number): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new RunError("run", `${folder}: expected a folder that can be made, got ${String(cause)}.`, {
      path: folder,
      cause,
    });
  }
  const free = freeSpace(folder);
  if (free >= needed) return;
  const message = `${folder}: expected ${needed} bytes free, got ${free}. Make room, or name another folder with --data-dir.`;
  throw new RunError("run", message, { path: folder });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** A file's checksum, in hexadecimal digits. */
export async function hashOf(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
