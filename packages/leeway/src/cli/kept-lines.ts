import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { userCache } from "../data/index.ts";
import { leewayVersion } from "../runs/index.ts";
import { keepRow } from "../ui/run-index.ts";

/** Folders with fewer runs are read in no time. */
const minRuns = 100;

/** Where the lines of a folder's runs are kept: in the user's cache, since the folder may be another's. */
export function rowsFileOf(runsDir: string): string {
  const name = createHash("sha256").update(resolve(runsDir)).digest("hex").slice(0, 16);
  return join(userCache(), "ui", `${leewayVersion()}-${name}.jsonl`);
}

/** Keeps the line of a run that has ended for `leeway ui`, in a folder of many. */
export function keepLine(path: string): void {
  const runsDir = dirname(resolve(path));
  try {
    if (readdirSync(runsDir).length >= minRuns) keepRow(rowsFileOf(runsDir), path);
  } catch {
    // A cache that cannot be written: leeway ui reads the run.
  }
}
