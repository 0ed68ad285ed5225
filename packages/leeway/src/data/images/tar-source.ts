import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { RunError } from "../../errors.ts";
import { upTo } from "../files/archive-members.ts";
import { unreadable } from "../files/bounded-read.ts";
import { fileError, reason } from "../files/file-error.ts";
import { mostFileBytes } from "./decode.ts";
import type { FileSource } from "./file-source.ts";

const chunkSize = 1 << 20;
/** Images hardly shrink: an archive that unpacks to more than this many times its size is made to harm. */
const mostRatio = 20;
const slack = 64 << 20;

/** Files in a .tar or .tar.gz, which can only be passed from its start to its end. */
export function tarSource(path: string): FileSource {
  return {
    place: path,
    async *files(paths, wanted) {
      const indices = new Map(paths.map((name, index) => [name, index]));
      const missing = new Set(paths.keys());
      for await (const { header, member } of members(path)) {
        const index = indices.get(plainName(header.name));
        if (index === undefined || !missing.delete(index) || !wanted(index)) {
          member.resume();
          continue;
        }
        const read = await readMember(header, member).catch((cause: unknown) => {
          throw damaged(path, cause);
        });
        yield { index, read };
      }
      const absent = (): Promise<never> => Promise.reject(new Error("not in the archive"));
      for (const index of missing) if (wanted(index)) yield { index, read: absent };
    },
  };
}

interface Member extends AsyncIterable<Buffer> {
  resume(): void;
}

/** Every member of the archive. Each must be read or passed over before the next. */
async function* members(path: string): AsyncGenerator<{ header: Header; member: Member }> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (!found.isFile()) throw fileError(path, { expected: "a .tar or .tar.gz file", got: "something else" });
  const most = found.size * mostRatio + slack;
  const unpacked = extract();
  const bytes = createReadStream(path, { highWaterMark: chunkSize });
  const bounded = (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> => upTo(most, chunks, path);
  const unpacking = (await isGzip(path))
    ? pipeline(bytes, createGunzip({ chunkSize }), bounded, unpacked)
    : pipeline(bytes, bounded, unpacked);
  // Awaited below; a failure also ends the loop over the members, where it is thrown first.
  unpacking.catch(() => undefined);
  try {
    for await (const member of unpacked) yield { header: member.header, member: member as unknown as Member };
    await unpacking;
  } catch (error) {
    throw damaged(path, error);
  } finally {
    bytes.destroy();
  }
}

/** What reading a member gives: its bytes, or why there are none. Its size is checked before memory is taken. */
async function readMember({ type, size }: Header, member: Member): Promise<() => Promise<Uint8Array>> {
  const refused = type !== "file" ? `a ${type}` : size > mostFileBytes ? `${size} bytes` : null;
  if (refused !== null) {
    member.resume();
    return () => Promise.reject(new Error(`${refused}, not a file of at most ${mostFileBytes} bytes`));
  }
  const content = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const chunk of member) filled += chunk.copy(content, filled);
  return () => Promise.resolve(content.subarray(0, filled));
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

function damaged(path: string, cause: unknown): RunError {
  if (cause instanceof RunError) return cause;
  const expected = "a whole tar archive, packed by gzip or not";
  return fileError(path, { expected, got: `a damaged one (${reason(cause)})`, cause });
}

/** Some archives name their members "./a/b". */
function plainName(name: string): string {
  return name.replace(/^(\.\/)+/, "");
}
