import { RunError, someOf } from "../../errors.ts";

/** What a file was expected to hold, what it holds, and what to do about it. */
interface Mismatch {
  readonly expected: string;
  readonly got: string;
  readonly advice?: string;
  /** A part of the file, such as a member of an archive or a record. */
  readonly part?: string;
  readonly cause?: unknown;
}

/** An error in a data file: names the file, what was expected of it and what was found. */
export function fileError(path: string, mismatch: Mismatch): RunError {
  const { expected, got, advice = "Get a fresh copy of the file.", part, cause } = mismatch;
  const where = part === undefined ? path : `${path}, ${part}`;
  const message = `${where}: expected ${expected}, got ${got}. ${advice}`;
  return new RunError("data", visible(message), { path, cause });
}

/**
 * A text whose invisible characters are seen: \u{0} \u{200b} \u{feff} \u{a0}. What a file says of itself ends up on a
 * terminal, which would obey its control characters; and a value that looks empty or like another is told from it.
 */
export function visible(text: string): string {
  return text.replace(/(?! )[\p{C}\p{Z}]/gu, (letter) => `\\u{${letter.codePointAt(0)!.toString(16)}}`); // it is one
}

/** Bytes of a text: what is not ASCII as \xe9. */
export function shownBytes(bytes: Uint8Array): string {
  const letters = Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`,
  );
  return `"${letters.join("")}"`;
}

/**
 * The error of paths at which nothing is: the first three by name, and how many there are.
 *
 * @param of how many paths were named
 */
export function missingPaths(
  paths: readonly string[],
  { expected, of }: { readonly expected: string; readonly of: number },
): RunError {
  const [first = ""] = paths;
  const nothing = /[*?[]/.test(first) ? "a pattern that fits none" : "no such file";
  const one = paths.length === 1;
  const got = one ? nothing : `${nothing}, as for ${paths.length} of the ${of} paths (${someOf(paths, 3)})`;
  return fileError(first, { expected, got, advice: one ? "Check the path." : "Check the paths." });
}

/** Where an example stands. */
export interface Origin {
  readonly file: string;
  /** Its row in the file, from 1, the header not counted. */
  readonly row: number;
}

/** "data.csv, row 7" */
export function originText({ file, row }: Origin): string {
  return `${file}, row ${row}`;
}

/** An error in one row of a data file. */
export function rowError({ file, row }: Origin, mismatch: Omit<Mismatch, "part">): RunError {
  return fileError(file, { ...mismatch, part: `row ${row}` });
}

/** What the system says is wrong, such as "EACCES: permission denied", without the path, which is named anyway. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, \w+( '.*')?$/, "") : String(error);
}
