import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { EpochRecord, RunRecord, Summary } from "../records/index.ts";
import { methodTitle, type RunRow, runRow } from "../report/index.ts";
import { isRunLocked, listRuns, runFiles, runPath, runState } from "../storage/index.ts";
import { appendRow, type KnownRow, readRows, writeRows } from "./stored-rows.ts";

/** Runs that are read between two turns of the event loop. */
const atOnce = 50;
/** New lines that are worth a write: fewer are read again in no time. */
const minKept = 100;
/** Bytes of the end of `metrics.jsonl` in which its last line is looked for: one of a thousand classes has 20 kB. */
const maxTail = 1 << 18;

/**
 * The runs of a folder as lines of a table. A run is read again only where one of its files has changed, so that a folder
 * of thousands is read once; with a file to keep lines in, once and for all.
 */
export class RunIndex {
  readonly #root: string;
  readonly #file: string | undefined;
  #known: Map<string, KnownRow> | undefined;
  #changed = 0;

  /** @param file where lines are kept between processes; by default nowhere */
  constructor(root: string, { file }: { readonly file?: string | undefined } = {}) {
    this.#root = root;
    this.#file = file;
  }

  /** The path of a run by its name; undefined where there is none. */
  path(id: string): string | undefined {
    return runPath(this.#root, id);
  }

  /** How many runs there are, and their lines, the newest first, some at a time; what is no record of a run has none. */
  list(): { readonly runs: number; readonly rows: AsyncGenerator<readonly RunRow[]> } {
    const all = listRuns(this.#root).reverse();
    return { runs: all.length, rows: this.#rowsOf(all) };
  }

  async *#rowsOf(all: readonly string[]): AsyncGenerator<readonly RunRow[]> {
    for (let from = 0; from < all.length; from += atOnce) {
      const some = all.slice(from, from + atOnce);
      yield some.flatMap((path) => this.#row(basename(path), path) ?? []);
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#keep(all);
  }

  /** Keeps the lines of the runs that are there, where some are new. */
  #keep(paths: readonly string[]): void {
    if (this.#file === undefined || this.#changed < minKept) return;
    const rows = paths.flatMap((path): [string, KnownRow][] => {
      const known = this.#rows.get(basename(path));
      return known === undefined ? [] : [[basename(path), known]];
    });
    writeRows(this.#file, new Map(rows));
    this.#changed = 0;
  }

  get #rows(): Map<string, KnownRow> {
    return (this.#known ??= this.#file === undefined ? new Map() : readRows(this.#file));
  }

  /** The line of one run; null where there is none. */
  row(id: string): RunRow | null {
    const path = this.path(id);
    return path === undefined ? null : this.#row(id, path);
  }

  #row(id: string, path: string): RunRow | null {
    const state = runState(path);
    const known = this.#rows.get(id);
    // A process that dies changes no file.
    if (known?.state === state && known.row?.status !== "running") return known.row;
    const row = this.#read(id, path);
    this.#rows.set(id, { state, row });
    this.#changed++;
    return row;
  }

  /**
   * Reads what a line needs. Records are taken as they are: checking ten thousand by their schemas takes seconds, and what
   * a run shows beyond its line is read with all checks.
   */
  #read(id: string, path: string): RunRow | null {
    try {
      const record = readJson(join(path, runFiles.run)) as RunRecord | null;
      if (record?.version !== 1) return null;
      const summary = readJson(join(path, runFiles.summary)) as Summary | null;
      const lastEpoch = lastLine(join(path, runFiles.epochs)) as EpochRecord | null;
      const isHeld = summary === null && isRunLocked(path);
      return runRow({ id, record, summary, lastEpoch, isHeld }, { titleOf: this.#titleOf });
    } catch {
      return null; // damaged, or written by a version whose methods this one does not know
    }
  }

  readonly #titles = new Map<string, string>();

  readonly #titleOf: typeof methodTitle = (recipe) => {
    const key = JSON.stringify([recipe.method, recipe.methodOptions]);
    const known = this.#titles.get(key);
    if (known !== undefined) return known;
    const title = methodTitle(recipe);
    this.#titles.set(key, title);
    return title;
  };
}

/**
 * Keeps the line of a run that has just ended in the file of its folder's lines, where the next {@link RunIndex} finds it.
 *
 * @param path the run's folder
 */
export function keepRow(file: string, path: string): void {
  const state = runState(path);
  const row = new RunIndex(dirname(path)).row(basename(path));
  appendRow(file, basename(path), { state, row });
}

/** The JSON of a file; null where it is not there. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw cause;
  }
}

/** The last whole line of a file as JSON; null where there is none. */
function lastLine(path: string): unknown {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw cause;
  }
  try {
    const { size } = fstatSync(file);
    for (let length = Math.min(size, 4096); ; length = Math.min(size, 8 * length)) {
      const bytes = Buffer.alloc(length);
      readSync(file, bytes, 0, length, size - length);
      const text = bytes.toString("utf8");
      const end = text.lastIndexOf("\n"); // a line that is not ended is being written
      const from = text.lastIndexOf("\n", end - 1) + 1;
      if (end > 0 && (from > 0 || length === size)) return JSON.parse(text.slice(from, end));
      if (length === size || length >= maxTail) return null;
    }
  } finally {
    closeSync(file);
  }
}
