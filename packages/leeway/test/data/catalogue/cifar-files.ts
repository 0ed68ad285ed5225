import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { cifar100Layout, cifar10Layout } from "../../../src/data/catalogue/cifar-layouts.ts";
import type { CifarBatch, CifarLayout } from "../../../src/data/catalogue/cifar.ts";

/** CIFAR's layouts with `records` records a file instead of 10,000: small enough to make and to damage. */
export function small(layout: CifarLayout, records = 3): CifarLayout {
  return { ...layout, batches: layout.batches.map((batch) => ({ ...batch, records })) };
}

/** CIFAR-10 in six files of three records. */
export const tinyCifar10 = small(cifar10Layout);
/** CIFAR-100 in two files of three records. */
export const tinyCifar100 = small(cifar100Layout);

/** The byte that our files hold for a channel of an image: different for every file, record and place. */
export function byteOf(batch: number, record: number, offset: number): number {
  return (batch * 31 + record * 7 + offset * 13) % 256;
}

/** Every record file of a layout, by name: label bytes count up, pixels follow `byteOf` in planar order. */
export function cifarFiles(layout: CifarLayout): Map<string, Buffer> {
  const files = new Map(layout.batches.map((batch, b) => [batch.file, recordsOf(batch, b, layout)]));
  return files.set(layout.namesFile, Buffer.from(`${layout.classNames.join("\n")}\n\n`));
}

function recordsOf({ records }: CifarBatch, batch: number, { labels }: CifarLayout): Buffer {
  const parts = Array.from({ length: records }, (_, record) => [
    Buffer.from(labels.map(({ classes }) => (batch + record) % classes)),
    Buffer.from(Array.from({ length: 3072 }, (_, offset) => byteOf(batch, record, offset))),
  ]);
  return Buffer.concat(parts.flat());
}

/** Writes files into a folder, which is made. */
export async function writeFolder(folder: string, files: ReadonlyMap<string, Buffer>): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  return folder;
}

/** The bytes of a tar archive of files, under a folder as in the published archives. */
export async function tarOf(files: Iterable<readonly [string, Buffer]>, folder = "cifar"): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of files) archive.entry({ name: `${folder}/${name}` }, content);
  archive.finalize();
  return buffer(archive as AsyncIterable<Buffer>);
}

/** Writes a .tar.gz of files. */
export async function writeArchive(
  path: string,
  files: Iterable<readonly [string, Buffer]>,
): Promise<string> {
  await writeFile(path, gzipSync(await tarOf(files), { level: 1 }));
  return path;
}
