import { isUtf8 } from "node:buffer";
import type { Encoding, WebEncoding } from "./encoding.ts";
import { byteCounter, type OtherEncoding } from "./encoding-guess.ts";
import { fileError } from "./file-error.ts";
import type { Contents } from "./packed.ts";

/** What one pass over a text file's bytes tells of it. */
export interface TextSurvey {
  /** The decoder's name, as the web calls it. */
  readonly decoder: WebEncoding;
  /** Whether line ends are of several kinds, those inside quotes among them; false where the text is decoded anyway. */
  readonly mixedEnds: boolean;
  /** Its first bytes, at most 1 MB. */
  readonly start: Buffer;
  /** What may surprise: another encoding than UTF-8 that nobody named. */
  readonly note?: string;
}

const startBytes = 1 << 20;

/**
 * Looks over a text file: its encoding and its line ends.
 *
 * A byte order mark decides, then what the option says. Without either the file is UTF-8 if all of it is, and
 * Windows-1252 if it is plainly a Western text of that: no damaged UTF-8, no other script.
 *
 * @throws RunError with code "data" that names the line of the first byte that does not fit
 */
export async function surveyText(contents: Contents, encoding: Encoding | undefined): Promise<TextSurvey> {
  const ends = endCounter();
  const utf8 = utf8Checker();
  const starts: Buffer[] = [];
  let kept = 0;
  let decoder: TextSurvey["decoder"] | undefined;
  for await (const part of contents.bytes()) {
    if (kept === 0) decoder = markedDecoder(part) ?? namedDecoder(encoding);
    if (kept < startBytes) starts.push(part.subarray(0, startBytes - kept));
    kept += part.length;
    if (decoder !== undefined && decoder !== "utf-8") {
      if (kept >= startBytes) break; // it is decoded anyway
      continue;
    }
    ends.add(part);
    if (!utf8.add(part)) break;
  }
  const start = Buffer.concat(starts);
  if (decoder !== undefined && decoder !== "utf-8") return { decoder, mixedEnds: false, start };
  const zeros = start.reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0);
  if (zeros > start.length / 2) throw noText(contents.path, "zero bytes, as of a copy that was cut off");
  if (utf8.end()) return { decoder: "utf-8", mixedEnds: ends.kinds() > 1, start };
  const { guess, fault } = await otherEncoding(contents);
  if (encoding === undefined && decoder === undefined && guess === "windows-1252") {
    const note = `${contents.path} is read as Windows-1252, since it is not UTF-8; --encoding names another`;
    return { decoder: "windows-1252", mixedEnds: false, start, note };
  }
  if (guess === "no text") throw noText(contents.path, "a binary file");
  throw fileError(contents.path, {
    part: `line ${fault.line}`,
    expected: "text in UTF-8",
    got: `${fault.shown}${guess === "utf-16" ? ", as UTF-16 has" : ""}`,
    advice:
      guess === "utf-16"
        ? "Say --encoding utf-16."
        : "Name its encoding with --encoding windows-1252 (or latin-1, utf-16), or convert it, for instance with: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW.",
  });
}

function noText(path: string, got: string): Error {
  const advice = "Name a table, or get a fresh copy of it.";
  return fileError(path, { expected: "a table that we read", got, advice });
}

function markedDecoder(start: Buffer): TextSurvey["decoder"] | undefined {
  if (start[0] === 0xfe && start[1] === 0xff) return "utf-16be";
  if (start[0] === 0xff && start[1] === 0xfe) return "utf-16le";
  return start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? "utf-8" : undefined;
}

function namedDecoder(encoding: Encoding | undefined): TextSurvey["decoder"] | undefined {
  if (encoding === undefined || encoding === "utf-8") return undefined;
  return encoding === "utf-16" ? "utf-16le" : "windows-1252"; // latin-1 as the web reads it
}

/** Whether bytes that come in parts are UTF-8. */
function utf8Checker(): { add(part: Buffer): boolean; end(): boolean } {
  let valid = true;
  let rest = Buffer.alloc(0);
  return {
    add: (part) => {
      const all = rest.length === 0 ? part : Buffer.concat([rest, part]);
      const cut = all.length - unfinished(all);
      valid &&= isUtf8(all.subarray(0, cut));
      rest = Buffer.from(all.subarray(cut));
      return valid;
    },
    end: () => valid && rest.length === 0,
  };
}

/** How many bytes at the end begin a letter that is not finished there. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!; // there are as many
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}

/** Counts the kinds of line ends in bytes that come in parts: LF, CRLF and CR. */
function endCounter(): { add(part: Buffer): void; kinds(): number } {
  const found = new Set<"lf" | "crlf" | "cr">();
  let pending = false; // a CR ended the last part
  return {
    add: (part) => {
      if (found.size > 1 || part.length === 0) return;
      if (pending && part[0] !== 0x0a) found.add("cr");
      const returns = part.includes(0x0d);
      if (!returns && !pending) {
        if (part.includes(0x0a)) found.add("lf");
        return;
      }
      for (let at = part.indexOf(0x0a); at !== -1 && found.size < 2; at = part.indexOf(0x0a, at + 1))
        found.add((at === 0 ? pending : part[at - 1] === 0x0d) ? "crlf" : "lf");
      for (let at = part.indexOf(0x0d); at !== -1 && found.size < 2; at = part.indexOf(0x0d, at + 1))
        if (at + 1 < part.length && part[at + 1] !== 0x0a) found.add("cr");
      pending = part.at(-1) === 0x0d;
    },
    kinds: () => found.size + (pending && !found.has("cr") ? 1 : 0),
  };
}

/** Looks at all bytes of a file that is not UTF-8. */
async function otherEncoding(contents: Contents): Promise<OtherEncoding> {
  const counter = byteCounter();
  for await (const part of contents.bytes()) counter.add(part);
  return counter.result();
}
