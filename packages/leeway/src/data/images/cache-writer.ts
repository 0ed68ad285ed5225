import { type FileHandle, mkdir, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../../errors.ts";
import { fileFault, freeSpace } from "../../storage/index.ts";

/** The two files of a cache that is being made: of images, or of what a backbone makes of examples. */
interface CacheWriter {
  /** Whether an image's bytes are written and sure to be on the disk. */
  isDone(index: number): boolean;
  /** How many are. */
  readonly done: number;
  /** Writes an image's bytes to their place. */
  write(index: number, bytes: Uint8Array): Promise<void>;
  /** Flushes what was written since the last time, then notes it as done. */
  save(): Promise<void>;
  close(): Promise<void>;
}

/** What a cache holds. */
interface CacheForm {
  /** How many. */
  readonly count: number;
  /** Bytes of each. */
  readonly bytes: number;
  /** The file of all. */
  readonly file?: string;
  /** In words. */
  readonly what?: string;
  /** What to do where the disk has no room for it. */
  readonly advice?: string;
}

/**
 * Opens a cache's files, `pixels.bin` or another and `done.bin` (a byte each), and goes on from what they hold.
 *
 * @throws RunError if the disk refuses or has no room for the cache
 */
export async function cacheWriter(
  folder: string,
  {
    count,
    bytes,
    file = "pixels.bin",
    what = "the cache of images",
    advice = "Choose another folder with LEEWAY_IMAGE_CACHE or --cache-dir, or a smaller image size.",
  }: CacheForm,
): Promise<CacheWriter> {
  const failed = (cause: unknown): never => {
    if (cause instanceof RunError) throw cause;
    throw fileFault(`to write ${what}`, { path: folder, cause });
  };
  const pixelsPath = join(folder, file);
  const donePath = join(folder, "done.bin");
  await mkdir(folder, { recursive: true }).catch(failed);
  await requireSpace(pixelsPath, { bytes: count * bytes, folder, what, advice }).catch(failed);
  const flags = await readDone(donePath, { pixelsPath, count, bytes });
  const pixels = await openToWrite(pixelsPath, count * bytes).catch(failed);
  const notes = await openToWrite(donePath, count).catch(failed);
  let done = flags.reduce((sum, flag) => sum + flag, 0);
  let written: number[] = [];
  return {
    isDone: (index) => flags[index] === 1,
    get done() {
      return done;
    },
    write: async (index, image) => {
      await writeAll(pixels, image.subarray(0, bytes), index * bytes).catch(failed);
      written.push(index);
    },
    save: async () => {
      const sure = written;
      if (sure.length === 0) return;
      written = [];
      await pixels.datasync().catch(failed);
      for (const index of sure) flags[index] = 1;
      done += sure.length;
      const first = sure.reduce((min, index) => Math.min(min, index));
      const last = sure.reduce((max, index) => Math.max(max, index));
      await writeAll(notes, flags.subarray(first, last + 1), first).catch(failed);
      await notes.datasync().catch(failed);
    },
    close: async () => {
      await Promise.all([pixels.close(), notes.close()]);
    },
  };
}

/** Writes all bytes or fails: a full disk takes a part of them, and only the next write is an error. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  const { bytesWritten } = await file.write(bytes, 0, bytes.length, position);
  if (bytesWritten < bytes.length)
    await writeAll(file, bytes.subarray(bytesWritten), position + bytesWritten);
}

/** Which images an earlier attempt has done: 1 for each that is; none where the files do not fit together. */
async function readDone(
  path: string,
  {
    pixelsPath,
    count,
    bytes,
  }: { readonly pixelsPath: string; readonly count: number; readonly bytes: number },
): Promise<Uint8Array> {
  const none = new Uint8Array(count);
  const found = await readFile(path).catch(() => none);
  const length = await sizeOf(pixelsPath);
  const fits = length === count * bytes && found.length === count && found.every((flag) => flag <= 1);
  return fits ? new Uint8Array(found) : none;
}

/** Opens a file of a known length, which takes no room where nothing was written yet. */
async function openToWrite(path: string, length: number): Promise<FileHandle> {
  // "r+" keeps what an earlier attempt wrote; "a" could not write in the middle.
  const file = await open(path, "r+").catch(() => open(path, "w+"));
  await file.truncate(length);
  return file;
}

/** Checks that the disk has room before hours go into the cache. */
async function requireSpace(
  file: string,
  {
    bytes,
    folder,
    what,
    advice,
  }: { readonly bytes: number; readonly folder: string; readonly what: string; readonly advice: string },
): Promise<void> {
  const taken = await stat(file).then(
    ({ blocks }) => blocks * 512,
    () => 0,
  );
  const [needed, free] = [bytes - taken, freeSpace(folder)];
  if (needed <= free) return;
  const gigabytes = (value: number): string => `${(value / 1e9).toFixed(1)} GB`;
  const message = `${folder}: expected ${gigabytes(needed)} of free space for ${what}, got ${gigabytes(free)}. ${advice}`;
  throw new RunError("environment", message, { path: folder });
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => -1,
  );
}
