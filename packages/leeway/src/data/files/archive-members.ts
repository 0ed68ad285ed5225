import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { RunError } from "../../errors.ts";
import { gzipError, requireGzipFile } from "./bounded-read.ts";
import { fileError } from "./file-error.ts";

const chunkSize = 1 << 20;

/** A member of an archive. It must be read or passed over before the next one comes. */
export interface Member {
  readonly header: Header;
  /** Its bytes, as many as its header says; memory for them is taken at once, so check the size before. */
  bytes(): Promise<Buffer>;
  /** Passes over its bytes. */
  skip(): void;
}

/**
 * The members of a .tar.gz, one after the other, as a stream: nothing is unpacked to disk.
 *
 * @param most bytes it may unpack to, headers included: a small file can unpack to terabytes
 * @throws RunError if it is no .tar.gz, is damaged or cut off, or unpacks to more
 */
export async function* archiveMembers(
  path: string,
  { most, packedBytes }: { readonly most: number; readonly packedBytes: number },
): AsyncGenerator<Member> {
  await requireGzipFile(path);
  const members = extract();
  const unpacking = pipeline(
    createReadStream(path, { highWaterMark: chunkSize }),
    createGunzip({ chunkSize }),
    (chunks: AsyncIterable<Buffer>) => upTo(most, chunks, path),
    members,
  );
  // Awaited below; a failure also ends the loop over the members, where it is thrown first.
  unpacking.catch(() => undefined);
  const said = (error: unknown): unknown =>
    error instanceof RunError ? error : archiveError(path, error, packedBytes);
  try {
    for await (const entry of members) {
      yield {
        header: entry.header,
        bytes: () =>
          bytesOf(entry as AsyncIterable<Buffer>, entry.header.size).catch((error: unknown) => {
            throw said(error);
          }),
        skip: () => entry.resume(),
      };
    }
    await unpacking;
  } catch (error) {
    throw said(error);
  }
}

async function bytesOf(chunks: AsyncIterable<Buffer>, size: number): Promise<Buffer> {
  const content = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const chunk of chunks) filled += chunk.copy(content, filled);
  return content.subarray(0, filled);
}

/** Passes chunks on until there are too many. */
export async function* upTo(
  most: number,
  chunks: AsyncIterable<Buffer>,
  path: string,
): AsyncGenerator<Buffer> {
  let seen = 0;
  for await (const chunk of chunks) {
    seen += chunk.length;
    if (seen > most) throw fileError(path, { expected: `at most ${most} bytes when unpacked`, got: "more" });
    yield chunk;
  }
}

function archiveError(path: string, cause: unknown, packedBytes: number): Error {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code.startsWith("Z_")) return gzipError(path, cause, { expected: "a whole .tar.gz", packedBytes });
  const got = `a damaged one (${cause instanceof Error ? cause.message : String(cause)})`;
  return fileError(path, { expected: "a whole tar archive inside the gzip file", got, cause });
}
