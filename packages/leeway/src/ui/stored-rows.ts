import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { RunRow } from "../report/index.ts";
import { writeFileAtomically } from "../storage/index.ts";

/** The line of a run, and the state of the files that it was made of. */
export interface KnownRow {
  readonly state: string;
  /** Null for what is no record of a run. */
  readonly row: RunRow | null;
}

/** Changes with the fields of {@link RunRow}: lines of another form are made anew. */
const version = 1;

/**
 * The lines that an earlier listing made, by the names of their runs. A line counts only while its run's files are in the
 * state that it names, the last of a run; a line that is damaged is left out, and a file of another form is as good as
 * empty.
 */
export function readRows(path: string): Map<string, KnownRow> {
  try {
    const [head = "", ...lines] = readFileSync(path, "utf8").split("\n");
    if ((JSON.parse(head) as { version?: unknown }).version !== version) return new Map();
    return new Map(lines.flatMap((line) => parsedLine(line) ?? []));
  } catch {
    return new Map(); // it saves time and holds nothing that the runs do not
  }
}

/** Null for what is no line: two processes may have written at once, or one was killed. */
function parsedLine(line: string): [[string, KnownRow]] | null {
  try {
    const [id, known] = JSON.parse(line) as [unknown, Partial<KnownRow> | null];
    const isWhole = typeof id === "string" && typeof known?.state === "string" && known.row !== undefined;
    return isWhole ? [[id, known as KnownRow]] : null;
  } catch {
    return null;
  }
}

/** Adds the line of a run that has just ended. */
export function appendRow(path: string, id: string, known: KnownRow): void {
  if (!isEnded(known)) return;
  mkdirSync(dirname(path), { recursive: true });
  const head = existsSync(path) ? "" : `${JSON.stringify({ version })}\n`;
  appendFileSync(path, `${head}${JSON.stringify([id, known])}\n`);
}

function isEnded({ row }: KnownRow): boolean {
  return row?.status === "finished" || row?.status === "interrupted";
}

/** Writes lines for {@link readRows}: those of runs that have ended, since a process that dies changes no file. */
export function writeRows(path: string, rows: ReadonlyMap<string, KnownRow>): void {
  const ended = [...rows].filter(([, known]) => isEnded(known));
  const lines = [{ version }, ...ended].map((line) => `${JSON.stringify(line)}\n`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileAtomically(path, lines.join(""));
  } catch {
    // A cache that cannot be written: the next listing reads the runs again.
  }
}
