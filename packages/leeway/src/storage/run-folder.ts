import { existsSync, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expected } from "../errors.ts";
import {
  parseEpochRecord,
  parseRunRecord,
  parseSummary,
  type EpochRecord,
  type RunRecord,
  type Summary,
} from "../records/index.ts";
import { appendFlushed, flushFolder, removeParts, removeWhole, writeFileAtomically } from "./atomic-file.ts";
import { failpoint } from "./failpoint.ts";
import { fileFault } from "./disk.ts";

/** The files of a run. */
export const runFiles = { run: "run.json", epochs: "metrics.jsonl", summary: "summary.json" } as const;

/** A folder that one run writes: the only thing that those who explain a run get to see of it. */
export interface RunFolder {
  /** The folder's own name; the `id` of its record. */
  readonly id: string;
  readonly path: string;
  /** Writes `run.json`. */
  writeRun(record: RunRecord): void;
  /** Adds a line to `metrics.jsonl`. */
  appendEpoch(record: EpochRecord): void;
  /** Makes `metrics.jsonl` hold these and no others: the epochs that a resumed run has done. */
  writeEpochs(records: readonly EpochRecord[]): void;
  /** Writes `summary.json`. */
  writeSummary(summary: Summary): void;
  /** Removes `summary.json`: the run goes on. */
  removeSummary(): void;
  /** The path of a file in the folder. */
  file(name: string): string;
}

/**
 * The name of a run: `2026-11-23T11-45-00-cifar10-ldam-drw`, the moment in UTC, then what it was, with dashes in place
 * of what cannot be in a name.
 *
 * @param at when the run began
 */
export function runName(dataset: string, method: string, { at = new Date() } = {}): string {
  const stamp = at.toISOString().slice(0, 19).replaceAll(":", "-"); // a colon is no letter of a name on Windows
  return `${stamp}-${dataset.slice(0, 100)}-${method}`.replace(/[^A-Za-z0-9_.-]+/g, "-");
}

/** Whether a run may be called so: letters, digits, `.`, `_` and `-`, beginning with a letter or digit; not `latest`. */
export function isRunName(name: string): boolean {
  return /^[A-Za-z0-9][\w.-]*$/.test(name) && name !== "latest";
}

/**
 * A new, empty run folder; `latest` in `root` then points at it, where links are allowed.
 *
 * Never an existing one: a taken name is counted up, `name-2`, `name-3`, …; two processes that ask at the
 * same moment get two folders.
 *
 * Its records are checked when they are written, so that a run that cannot be read is noticed at its start.
 *
 * @param root the folder of all runs; made if it is not there
 * @param name see {@link isRunName} and {@link runName}
 * @throws ArgumentError if `name` is no such name
 * @throws RunError with code `run` if the folder cannot be made
 */
export function createRunFolder(root: string, name: string): RunFolder {
  if (!isRunName(name)) {
    throw expected("createRunFolder", "name", "to be letters, digits, dots and dashes", name);
  }
  const id = makeFolder(root, name);
  pointLatest(root, id);
  return writerOf(join(root, id), id);
}

/**
 * The folder of a run that is there, to go on writing it. Take its lock first; what a killed process left half
 * written is removed.
 *
 * @param path the folder itself, not the link `latest`
 */
export function openRunFolder(path: string): RunFolder {
  removeParts(path);
  return writerOf(path, basename(path));
}

function writerOf(path: string, id: string): RunFolder {
  const file = (inside: string): string => join(path, inside);
  const lineOf = (record: EpochRecord): string =>
    `${JSON.stringify(parseEpochRecord(record, file(runFiles.epochs)))}\n`;
  return {
    id,
    path,
    file,
    writeRun: (record) => {
      const target = file(runFiles.run);
      writeFileAtomically(target, asJson(parseRunRecord(record, target)));
    },
    appendEpoch: (record) => {
      appendLine(file(runFiles.epochs), lineOf(record));
    },
    writeEpochs: (records) => {
      const target = file(runFiles.epochs);
      if (records.length > 0 || existsSync(target)) writeFileAtomically(target, records.map(lineOf).join(""));
    },
    writeSummary: (summary) => {
      const target = file(runFiles.summary);
      writeFileAtomically(target, asJson(parseSummary(summary, target)));
    },
    removeSummary: () => {
      const target = file(runFiles.summary);
      try {
        removeWhole(target);
        flushFolder(path);
      } catch (cause) {
        throw fileFault("to remove the summary of the interrupted run", { path: target, cause });
      }
    },
  };
}

function makeFolder(root: string, name: string): string {
  try {
    makeRoot(root);
    for (let n = 1; ; n++) {
      const id = n === 1 ? name : `${name}-${n}`;
      if (madeNew(join(root, id))) {
        flushFolder(root);
        return id;
      }
    }
  } catch (cause) {
    throw fileFault("to make a run folder there", { path: root, cause });
  }
}

/** Of a read-only disk a recursive call says "no such file": only the plain one says what is wrong. */
function makeRoot(root: string): void {
  if (existsSync(root)) return;
  if (existsSync(dirname(root))) {
    madeNew(root);
    return;
  }
  failpoint("make-folder");
  mkdirSync(root, { recursive: true });
}

/** Makes the folder; false where the name is taken. The system decides, so no other process can come between. */
function madeNew(path: string): boolean {
  failpoint("make-folder");
  try {
    mkdirSync(path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw cause;
  }
}

/** The link is a convenience: where a file system has no links, or the name is somebody's file, there is none. */
function pointLatest(root: string, id: string): void {
  const latest = join(root, "latest");
  const beside = join(root, `.latest.${process.pid}`);
  const held = lstatSync(latest, { throwIfNoEntry: false });
  if (held !== undefined && !held.isSymbolicLink()) return;
  try {
    failpoint("link");
    rmSync(beside, { force: true });
    symlinkSync(id, beside, "dir");
    renameSync(beside, latest);
  } catch {
    rmSync(beside, { force: true });
  }
}

function appendLine(path: string, line: string): void {
  try {
    const isNew = !existsSync(path);
    appendFlushed(path, line);
    if (isNew) flushFolder(dirname(path)); // else the lines would last, and their file's name would not
  } catch (cause) {
    throw fileFault("to add a line", { path, cause });
  }
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
