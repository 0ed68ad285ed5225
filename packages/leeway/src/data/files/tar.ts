import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { RunError } from "../../errors.ts";
import { firstBytes, gzipError, isGzip, notGzip, readable } from "./bounded-read.ts";
import { fileError, reason } from "./file-error.ts";

const chunkSize = 1 << 20;

/** A member of an archive. It must be read or passed over before the next one comes. */
export interface TarMember {
  readonly header: Header;
  /** Its bytes, as many as its header says; memory for them is taken at once, so check the size before. */
  bytes(): Promise<Buffer>;
  /** Passes over its bytes. */
  skip(): void;
}

/** How an archive is read. */
interface TarOptions {
  /** Bytes it may unpack to, headers included, by the bytes of its file: a small file can unpack to terabytes. */
  readonly maxBytes: (packedBytes: number) => number;
  /** Whether a .tar that is not compressed is read too. */
  readonly plain?: boolean;
}

/**
 * The members of a .tar.gz or .tar, one after the other, as a stream: nothing is unpacked to disk.
 *
 * @throws RunError if it is no archive, is damaged or cut off, or unpacks to more
 */
export async function* tarMembers(
  path: string,
  { maxBytes, plain = false }: TarOptions,
): AsyncGenerator<TarMember> {
  const found = await readable(path, stat(path));
  if (!found.isFile()) throw fileError(path, { expected: "a .tar or .tar.gz file", got: "something else" });
  const start = await firstBytes(path, 4);
  const gzip = isGzip(start);
  if (!gzip && !plain) throw notGzip(path, start);
  const file = createReadStream(path, { highWaterMark: chunkSize });
  const members = extract();
  const bounded = (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> =>
    upTo(maxBytes(found.size), chunks, path);
  const unpacking = gzip
    ? pipeline(file, createGunzip({ chunkSize }), bounded, members)
    : pipeline(file, bounded, members);
  // Awaited below; a failure also ends the loop over the members, where it is thrown first.
  unpacking.catch(() => undefined);
  const damaged = (cause: unknown): Error => tarError(path, cause, { gzip, packedBytes: found.size });
  try {
    for await (const entry of members) {
      yield {
        header: entry.header,
        bytes: () =>
          bytesOf(entry as AsyncIterable<Buffer>, entry.header.size).catch((cause: unknown) => {
            throw damaged(cause);
          }),
        skip: () => entry.resume(),
      };
    }
    await unpacking;
  } catch (cause) {
    throw damaged(cause);
  } finally {
    file.destroy();
  }
}

async function bytesOf(chunks: AsyncIterable<Buffer>, size: number): Promise<Buffer> {
  const content = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const chunk of chunks) filled += chunk.copy(content, filled);
  return content.subarray(0, filled);
}

/** Passes chunks on until there are too many. */
async function* upTo(max: number, chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  let seen = 0;
  for await (const chunk of chunks) {
    seen += chunk.length;
    if (seen > max) throw fileError(path, { expected: `at most ${max} bytes when unpacked`, got: "more" });
    yield chunk;
  }
}

function tarError(
  path: string,
  cause: unknown,
  { gzip, packedBytes }: { readonly gzip: boolean; readonly packedBytes: number },
): Error {
  if (cause instanceof RunError) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code.startsWith("Z_")) return gzipError(path, cause, { expected: "a whole .tar.gz", packedBytes });
  const expected = gzip ? "a whole tar archive inside the gzip file" : "a whole tar archive";
  return fileError(path, { expected, got: `a damaged one (${reason(cause)})`, cause });
}
