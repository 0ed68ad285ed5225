import { createHash } from "node:crypto";
import { closeSync, createReadStream, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { RunError } from "../../../errors.ts";
import { freeSpace, keepFile } from "../../../storage/index.ts";
import type { PinnedFile } from "./pinned.ts";
import { get } from "./request.ts";

/** How far a file is. */
export interface FetchProgress {
  readonly file: string;
  readonly received: number;
  readonly of: number;
  /** What went wrong before this try, where something did. */
  readonly fault?: string;
}

/** How a file is fetched. */
export interface FetchOptions {
  /** A place that holds files of the same names, instead of the pinned ones: "https://mirror.example.org/data". */
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
 * Fetches a file into a folder under its own name, which it gets only once its size and checksum are right.
 *
 * What has come so far lies beside it as `.NAME.part` and is gone on with, also by a later process, unless the server's
 * file has changed since. A file that is there and right is left alone.
 *
 * @throws RunError with code "data" if it cannot be had or is not the pinned one; with code "run" if there is no room
 */
export async function* fetchFile(
  pinned: PinnedFile,
  folder: string,
  { mirror, patience = 30_000, tries = 5, pause = 1000, signal }: FetchOptions = {},
): AsyncGenerator<FetchProgress, string, undefined> {
  const { bytes: of, md5 } = pinned;
  const file = pinned.url.slice(pinned.url.lastIndexOf("/") + 1);
  const path = join(folder, file);
  const place: Place = {
    path,
    part: join(folder, `.${file}.part`),
    validator: join(folder, `.${file}.part.etag`),
  };
  if (sizeOf(path) === of && (await md5Of(path)) === md5) {
    yield { file, received: of, of };
    return path;
  }
  makeRoom(folder, of - sizeOf(place.part));
  const url = new URL(mirror === undefined ? pinned.url : `${mirror.replace(/\/+$/, "")}/${file}`);
  let fault = "";
  for (let tried = 0; tried < tries; tried++) {
    if (tried > 0) await setTimeout(pause * 2 ** (tried - 1), undefined, { signal });
    try {
      const parts = oneTry(url, place, { of, patience, plain: mirror !== undefined, signal });
      for await (const received of parts) yield { file, received, of, ...(fault && { fault }) };
      const got = await md5Of(place.part);
      if (got === md5) {
        keepFile(place.part, path);
        rmSync(place.validator, { force: true });
        return path;
      }
      fault = `other contents: MD5 ${got} instead of ${md5}`;
      discard(place);
    } catch (cause) {
      if (signal?.aborted || cause instanceof RunError) throw cause;
      fault = cause instanceof Error ? cause.message : String(cause);
    }
    yield { file, received: sizeOf(place.part), of, fault };
  }
  const advice = "Try again later, which goes on where this broke off, or name another place with --mirror.";
  throw new RunError(
    "data",
    `${url.href}: expected ${file} of ${of} bytes, got ${fault}, ${tries} times. ${advice}`,
  );
}

/** A file's name, what there is of it so far, and what the server called the file that this is a part of. */
interface Place {
  readonly path: string;
  readonly part: string;
  readonly validator: string;
}

interface Try {
  readonly of: number;
  readonly patience: number;
  readonly plain: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Requests what is missing of the part and writes it; returns how many bytes there are. */
async function* oneTry(
  url: URL,
  place: Place,
  { of, ...rest }: Try,
): AsyncGenerator<number, void, undefined> {
  const had = existsSync(place.validator) ? sizeOf(place.part) : 0;
  if (had > of) discard(place);
  if (had === of) return;
  const from = had > of ? 0 : had;
  const headers =
    from === 0 ? {} : { range: `bytes=${from}-`, "if-range": readFileSync(place.validator, "utf8") };
  const response = await get(url, { ...rest, headers });
  const resumed = response.statusCode === 206 && beginsAt(response) === from;
  if (response.statusCode !== 200 && !resumed) {
    response.destroy();
    if (from > 0) discard(place); // a range that the server does not have
    throw new Error(`status ${response.statusCode ?? "none"}`);
  }
  if (!resumed) startAnew(place, response);
  yield* written(response, place.part, { received: resumed ? from : 0, of });
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
  { received: before, of }: { readonly received: number; readonly of: number },
): AsyncGenerator<number, void, undefined> {
  const file = openSync(part, before === 0 ? "w" : "a");
  let received = before;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received > of) throw new Error(`more than ${of} bytes`);
      writeWhole(file, chunk, part);
      yield received;
    }
  } finally {
    closeSync(file);
    response.destroy();
    if (received > of) rmSync(part, { force: true });
  }
  if (received < of) throw new Error(`only ${received} of ${of} bytes`);
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

async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
