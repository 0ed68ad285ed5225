import { existsSync, statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { RunError } from "../errors.ts";

/** The RunError for a file or folder that the system refuses, with the system's own words. */
export function fileFault(
  what: string,
  { path, cause }: { readonly path: string; readonly cause: unknown },
): RunError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const advice = "Check the folder, its permissions and the free space.";
  return new RunError("run", `${path}: expected ${what}, got ${why}. ${advice}`, { path, cause });
}

/** Bytes that a person without privileges may still write where `path` is, or will be once it is made. */
export function freeSpace(path: string): number {
  let there = resolve(path);
  while (!existsSync(there)) there = dirname(there); // ends at the root
  const { bavail, bsize } = statfsSync(there);
  return bavail * bsize;
}

/**
 * Checks that there is room before anything is begun that needs it.
 *
 * @param needed bytes
 * @throws RunError with code `run` that says how much is missing
 */
export function requireSpace(path: string, needed: number): void {
  const free = freeSpace(path);
  if (free >= needed) return;
  const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`;
  const message = `${path}: expected ${megabytes(needed)} free for the run and its checkpoints, got ${megabytes(free)}. Make room, or name another folder with --runs-dir.`;
  throw new RunError("run", message, { path });
}
