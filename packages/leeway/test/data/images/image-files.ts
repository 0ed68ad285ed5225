import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import sharp from "sharp";
import { pack } from "tar-stream";
import { buffer } from "node:stream/consumers";

/** Files by their names, with forward slashes. */
export type Files = ReadonlyMap<string, Buffer>;

/** An image of one colour and any size. */
export function image(
  color: string,
  {
    width = 20,
    height = 16,
    format = "jpeg",
  }: { width?: number; height?: number; format?: "jpeg" | "png" } = {},
): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: color } })
    .toFormat(format)
    .toBuffer();
}

/** `count` small images, each of another grey. */
export async function greys(count: number): Promise<Buffer[]> {
  const grey = (i: number): string => `rgb(${i % 256}, ${i % 256}, ${i % 256})`;
  return Promise.all(Array.from({ length: count }, (_, i) => image(grey(i), { format: "png" })));
}

/** Writes files below a folder. */
export async function writeFiles(folder: string, files: Files): Promise<string> {
  for (const [name, content] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** A tar archive, each member a file or, where its content is text, a link to it. */
export async function tarOf(files: ReadonlyMap<string, Buffer | string>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of files) {
    if (typeof content === "string") tar.entry({ name, type: "symlink", linkname: content });
    else tar.entry({ name }, content);
  }
  tar.finalize();
  return buffer(tar);
}

/** A zip archive; `mode` is the members' Unix type and rights, `claims` what they say their unpacked size is. */
export function zipOf(
  files: Files,
  { mode = 0o100644, claims }: { mode?: number; claims?: number } = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version
    common.writeUInt16LE(8, 4); // deflate
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claims ?? content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x03", "latin1"), common, rest, Buffer.from(name)); // made on Unix
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
