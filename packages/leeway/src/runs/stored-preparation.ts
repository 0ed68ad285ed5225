import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "../errors.ts";
import type { StoredRun } from "../storage/index.ts";

/** How a run prepared its data, so that it is read so again; undefined where it prepared nothing. */
export function recordedPreparation({ path }: StoredRun): unknown {
  return readPreparation(join(path, "preparation.json")) ?? undefined;
}

/**
 * Reads the file of how a run's examples are prepared; null where they were numbers from the start.
 *
 * @throws RunError with code "run" if it is there and cannot be read
 */
export function readPreparation(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new RunError("run", `${path}: expected a file that can be read, got ${String(cause)}.`, {
      path,
      cause,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RunError("run", `${path}: expected JSON, got something else. Train the run again.`, {
      path,
      cause,
    });
  }
}
