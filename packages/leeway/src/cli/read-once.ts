import { closeSync, openSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { distributed } from "@leeway/torch";
import { mapArrays, type ReadOnce, writeArrays } from "../data/index.ts";
import type { Placement } from "../ranks/index.ts";

/** The files that a machine's first rank has open for the others. */
interface Lender {
  readonly host: string;
  readonly pid: number;
  /** By number. */
  readonly files: readonly number[];
}

/**
 * Reads data once for all ranks of a machine: its first rank reads, and writes what it has read to files that all of them
 * map, so that it is in memory once. The files have no names: they are gone with the ranks, however these end. A rank
 * that cannot reach them reads by itself.
 *
 * @param read reads; what it gives to `once` is read by the first rank alone
 */
export async function readOnce<T>(
  group: distributed.ProcessGroup,
  { localRank, localSize }: Pick<Placement, "localRank" | "localSize">,
  read: (once: ReadOnce) => Promise<T>,
): Promise<T> {
  const files: number[] = [];
  try {
    const lends = localRank === 0 && localSize > 1 && process.platform === "linux"; // which has /proc
    const first = lends ? await read((work) => lent(files, work)) : undefined;
    const lender = lenderOf(group, lends ? { host: hostname(), pid: process.pid, files } : null);
    let taken = 0;
    const result = lends ? first! : await read((work) => borrowed(lender, taken++, work));
    group.barrier(); // the others have mapped the files
    return result;
  } finally {
    for (const file of files) if (file !== none) closeSync(file);
  }
}

/** The first rank of this machine, as all ranks learn it; undefined where there is none. */
function lenderOf(group: distributed.ProcessGroup, own: Lender | null): Lender | undefined {
  const all = group.gatherBytes(Buffer.from(JSON.stringify(own)));
  const lenders = all.map((bytes) => JSON.parse(Buffer.from(bytes).toString()) as Lender | null);
  return lenders.find((each) => each?.host === hostname()) ?? undefined;
}

const pathOf = (pid: number, file: number): string => `/proc/${pid}/fd/${file}`;

/** In the place of a file that could not be written. */
const none = -1;

/** Does some work and writes what comes of it to a new file, from which it is taken. Where the disk is full it is kept. */
async function lent<T>(files: number[], work: () => Promise<T>): Promise<T> {
  const value = await work();
  const place = files.push(none) - 1;
  const path = join(tmpdir(), `leeway-rows-${process.pid}-${place}`);
  let file = none;
  try {
    file = openSync(path, "wx+", 0o600);
    rmSync(path);
    writeArrays(file, value);
    const mapped = mapArrays(pathOf(process.pid, file)) as T; // it was written so
    files[place] = file;
    return mapped;
  } catch {
    if (file !== none) closeSync(file);
    return value;
  }
}

/** What another rank of this machine has written; where it cannot be reached, the work is done here. */
async function borrowed<T>(lender: Lender | undefined, index: number, work: () => Promise<T>): Promise<T> {
  const file = lender?.files[index];
  if (lender === undefined || file === undefined || file === none) return work();
  try {
    return mapArrays(pathOf(lender.pid, file)) as T; // the same work on another rank
  } catch {
    return work();
  }
}
