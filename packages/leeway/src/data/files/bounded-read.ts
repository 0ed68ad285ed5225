import { open, readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { fileError, reason } from "./file-error.ts";

/** Bytes a gzip file may be longer than what it unpacks to: headers, a stored name, blocks that did not shrink. */
const gzipOverhead = 1 << 20;

/** Whether there is anything at `path`; a place one may not look into counts as empty. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Whether there is a folder at `path`. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * A regular file's bytes, refused before it is read where it is longer than `max`.
 *
 * @throws RunError if it cannot be read, is not a regular file (opening a pipe would wait for ever) or is too long
 */
export async function readAtMost(path: string, max: number): Promise<Buffer> {
  const found = await readable(path, stat(path));
  if (!found.isFile()) throw fileError(path, { expected: "a regular file", got: "something else" });
  if (found.size > max) {
    throw fileError(path, { expected: `a file of at most ${max} bytes`, got: `${found.size} bytes` });
  }
  return readable(path, readFile(path));
}

/**
 * What a gzip file unpacks to; unpacking stops at `max` bytes, whatever the file claims.
 *
 * @throws RunError if it cannot be read, is not gzip, is damaged or cut off, or unpacks to more
 */
export async function gunzipAtMost(path: string, max: number): Promise<Buffer> {
  const packed = await readAtMost(path, max + gzipOverhead);
  if (!isGzip(packed)) throw notGzip(path, packed);
  return promisify(gunzip)(packed, { maxOutputLength: max }).catch((cause: unknown) => {
    const expected = `a whole gzip file that unpacks to ${max} bytes`;
    throw gzipError(path, cause, { expected, packedBytes: packed.length });
  });
}

/**
 * The first bytes of a file, fewer where it is shorter.
 *
 * @throws RunError if it cannot be read
 */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await readable(path, open(path));
  try {
    const start = Buffer.alloc(count);
    const { bytesRead } = await file.read(start, 0, count, 0);
    return start.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Whether a file that begins so is gzip. */
export function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/** The error of a file that is not gzip and shows how it begins. */
export function notGzip(path: string, start: Buffer): Error {
  const got = start.length === 0 ? "an empty file" : `one that begins with ${hex(start.subarray(0, 4))}`;
  return fileError(path, { expected: "a gzip file, which begins with 1f 8b", got });
}

/** What zlib found wrong, in our words where we know its code. */
export function gzipError(
  path: string,
  cause: unknown,
  { expected, packedBytes }: { readonly expected: string; readonly packedBytes: number },
): Error {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "Z_BUF_ERROR") {
    return fileError(path, { expected, got: `one that is cut off after ${packedBytes} bytes`, cause });
  }
  if (code === "ERR_BUFFER_TOO_LARGE")
    return fileError(path, { expected, got: "one that unpacks to more", cause });
  return fileError(path, { expected, got: `a damaged one (${reason(cause)})`, cause });
}

/**
 * What a call to the system gives.
 *
 * @throws RunError that names `path` if the system refuses
 */
export function readable<T>(path: string, call: Promise<T>): Promise<T> {
  return call.catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

/** A file that the system will not let us read. */
export function unreadable(path: string, cause: unknown): Error {
  const advice = "Check that the file is there and that you may read it.";
  return fileError(path, { expected: "a file that can be read", got: reason(cause), advice, cause });
}

/** Bytes as people write them: 1f 8b. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
