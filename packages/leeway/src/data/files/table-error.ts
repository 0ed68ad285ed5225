import { ArgumentError, RunError } from "../../errors.ts";
import { fileError } from "./file-error.ts";
import { originalOf } from "./table-copies.ts";
import type { TablePaths } from "./table-paths.ts";

const ours: readonly { readonly sign: RegExp; readonly expected: string; readonly advice: string }[] = [
  {
    sign: /Expected Number of Columns: (\d+) Found: (\d+)/,
    expected: "as many values as the header has names",
    advice: "Mend the line: a value that holds the delimiter must stand in double quotes.",
  },
  {
    sign: /Malformed JSON.*UTF-?8/i,
    expected: "JSON in UTF-8",
    advice: "Save it as UTF-8, for instance with: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW.",
  },
  {
    sign: /not utf-8 encoded|Invalid unicode|invalid byte sequence|Invalid UTF-?8/i,
    expected: "text in UTF-8",
    advice: "Save it as UTF-8, or name its encoding with --encoding windows-1252 or utf-16.",
  },
  {
    sign: /unterminated quote/,
    expected: "double quotes around a whole value",
    advice:
      "Close the quote, and write a quote inside a quoted value twice. If quotes are letters there, say --quote none.",
  },
  {
    sign: /state machine reached an invalid state/,
    expected: "double quotes around whole values alone",
    advice: "Write a quote inside a quoted value twice. If quotes are letters there, say --quote none.",
  },
  { sign: /Malformed JSON/, expected: "a JSON object a line", advice: "Mend that line: one whole object." },
  {
    sign: /No magic bytes|too small to be a Parquet|Parquet/i,
    expected: "a whole Parquet file",
    advice: "Get a fresh copy, or give it the right ending (.csv, .tsv, .jsonl, .parquet).",
  },
  {
    sign: /^(Out of Memory|OutOfMemory)/i,
    expected: "a table that can be read with the memory that this process may use",
    advice: "Give it more memory, or read fewer columns or rows at a time: --ignore, or a part of the files.",
  },
  {
    sign: /maximum line size|Maximum line size/,
    expected: "lines of at most 16 MB",
    advice: "A quote that is never closed makes one line of a whole file.",
  },
];

/**
 * DuckDB's complaint about a table file as a RunError of ours: file, line, what was expected, what was found.
 *
 * @param paths the files that were read; the first is named where the complaint names none
 */
export function tableFault(cause: unknown, paths: TablePaths): Error {
  if (cause instanceof RunError || cause instanceof ArgumentError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const path = fileIn(message, paths);
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const record = /in (?:line|record\/value) (\d+)/.exec(message)?.[1]; // of JSON: empty lines are not counted
  const part = line !== undefined ? `line ${line}` : record && `row ${Number(record) - 1}`; // DuckDB's is one too high
  const known = ours.find(({ sign }) => sign.test(message));
  return fileError(path, {
    expected: known?.expected ?? "a table that can be read",
    got: whatWasFound(message),
    advice: known?.advice ?? "Check the file.",
    ...(part !== undefined && { part }),
    cause,
  });
}

function fileIn(message: string, paths: TablePaths): string {
  const named = /file = (.+)/.exec(message)?.[1] ?? /[Ff]ile ["'](.+?)["']/.exec(message)?.[1];
  return named === undefined ? paths[0] : originalOf(named.trim());
}

function whatWasFound(message: string): string {
  const columns = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (columns) return `${columns[2]} where ${columns[1]} were expected`;
  const used = /^Out of Memory.*\/([\d.]+ \w+) used/.exec(message)?.[1];
  if (used !== undefined) return `one for which the ${used} of its limit are too few`;
  if (/state machine reached/.test(message)) return "one within a value";
  const json = /Malformed JSON .*, at (byte \d+) in .*?: ([^.\n]*)/.exec(message);
  if (json) return `a fault at ${json[1]!} (${json[2]!})`; // it has two groups
  if (/unterminated quote/.test(message)) return "one that is never closed";
  const original = /Original Line: ?(.*)/.exec(message)?.[1];
  if (original !== undefined) return `"${original.slice(0, 60)}"`;
  const first = (message.split("\n")[0] ?? "").replace(/^[\w ]*(Error|Exception): /, "");
  return `one where DuckDB says: ${first.replace(/[.\s]+$/, "").slice(0, 300)}`;
}
