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
