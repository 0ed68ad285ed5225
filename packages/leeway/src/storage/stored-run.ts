import { lstatSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  parseEpochRecords,
  parseJson,
  parseRunRecord,
  parseSummary,
  type EpochRecord,
  type RunRecord,
  type Summary,
} from "../records/index.ts";
import { RunError } from "../errors.ts";
import { fileFault } from "./disk.ts";
import { runFiles } from "./run-folder.ts";

/** What a run folder holds. */
export interface StoredRun {
  readonly path: string;
  readonly record: RunRecord;
  /** As far as the run came; a line that was torn when the process was killed is left out. */
  readonly epochs: readonly EpochRecord[];
  /** Null for a run that still runs or was killed. */
  readonly summary: Summary | null;
}

/**
 * Reads a run folder.
 *
 * @param path the folder, or the link `latest`
 * @throws RunError with code `run` if there is no run, or a file of it is damaged; names file, line and field
 */
export function readRun(path: string): StoredRun {
  const inside = (name: string): string => join(path, name);
  const { run, epochs, summary } = runFiles;
  if (!existsSync(inside(run))) {
    const got = existsSync(path) ? `one without ${run}` : "none there";
    const advice = `A run is a folder that leeway train made, as a rule in runs/; ${join("runs", "latest")} is the last one.`;
    throw new RunError("run", `${path}: expected the folder of a run, got ${got}. ${advice}`, { path });
  }
  return {
    path,
    record: parseRunRecord(readJson(inside(run)), inside(run)),
    epochs: existsSync(inside(epochs)) ? parseEpochRecords(readText(inside(epochs)), inside(epochs)) : [],
    summary: existsSync(inside(summary)) ? parseSummary(readJson(inside(summary)), inside(summary)) : null,
  };
}

/**
 * The folders of the runs in a folder, by name and so by time; empty where the folder is not there.
 *
 * @returns paths for `readRun`; a folder without a record is no run, and the link `latest` is not listed twice
 */
export function listRuns(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, runFiles.run)))
    .map((entry) => join(root, entry.name))
    .sort();
}

/**
 * The folder of a run by its name, as {@link listRuns} has it; undefined where there is none of that name. No path in a name
 * is followed.
 */
export function runPath(root: string, name: string): string | undefined {
  if (name === "" || name === "." || name === ".." || /[/\\\0]/.test(name)) return undefined;
  const path = join(root, name);
  const isFolder = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder && existsSync(join(path, runFiles.run)) ? path : undefined;
}

/**
 * What tells whether a run must be read again: another text once one of its files has been written, by whichever
 * process.
 */
export function runState(path: string): string {
  const stateOf = (name: string): string => {
    const file = statSync(join(path, name), { throwIfNoEntry: false });
    // As a number of milliseconds a time is told to a quarter of a microsecond, and made in half the time of a bigint.
    return file === undefined ? "-" : `${file.ino} ${file.size} ${file.mtimeMs}`;
  };
  return [runFiles.run, runFiles.epochs, runFiles.summary].map(stateOf).join(",");
}

function readJson(path: string): unknown {
  return parseJson(readText(path), path);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw fileFault("a file of a run", { path, cause });
  }
}
