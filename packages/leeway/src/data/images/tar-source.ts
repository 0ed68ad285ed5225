import { type TarMember, tarMembers } from "../files/tar.ts";
import { maxFileBytes } from "./decode.ts";
import type { FileSource } from "./listing.ts";

/** Images hardly shrink: an archive that unpacks to more than this many times its size is made to harm. */
const maxRatio = 20;
const slack = 64 << 20;

/** Files in a .tar or .tar.gz, which can only be passed from its start to its end. */
export function tarSource(path: string): FileSource {
  return {
    place: path,
    async *files(paths, wanted) {
      const indices = new Map(paths.map((name, index) => [name, index]));
      const missing = new Set(paths.keys());
      const maxBytes = (packedBytes: number): number => packedBytes * maxRatio + slack;
      for await (const member of tarMembers(path, { maxBytes, plain: true })) {
        const index = indices.get(plainName(member.header.name));
        if (index === undefined || !missing.delete(index) || !wanted(index)) member.skip();
        else yield { index, read: await readMember(member) };
      }
      const absent = (): Promise<never> => Promise.reject(new Error("not in the archive"));
      for (const index of missing) if (wanted(index)) yield { index, read: absent };
    },
  };
}

/** What reading a member gives: its bytes, or why there are none. Its size is checked before memory is taken. */
async function readMember(member: TarMember): Promise<() => Promise<Uint8Array>> {
  const { type, size } = member.header;
  const refused = type !== "file" ? `a ${type}` : size > maxFileBytes ? `${size} bytes` : null;
  if (refused !== null) {
    member.skip();
    return () => Promise.reject(new Error(`${refused}, not a file of at most ${maxFileBytes} bytes`));
  }
  const content = await member.bytes();
  return () => Promise.resolve(content);
}

/** Some archives name their members "./a/b". */
function plainName(name: string): string {
  return name.replace(/^(\.\/)+/, "");
}
