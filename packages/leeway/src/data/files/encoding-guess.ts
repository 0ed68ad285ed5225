import { isUtf8 } from "node:buffer";
import { shownBytes } from "./file-error.ts";

/** What bytes may be that are not UTF-8. */
export interface OtherEncoding {
  readonly guess: "windows-1252" | "utf-16" | "no text" | undefined;
  /** The first bytes that are not UTF-8. */
  readonly fault: { readonly line: number; readonly shown: string };
}

/** Whether bytes are no UTF-8 and plainly a Western text in Windows-1252, see {@link byteCounter}. */
export function isPlainly1252(bytes: Uint8Array): boolean {
  const counter = byteCounter();
  counter.add(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return counter.result().guess === "windows-1252";
}

/**
 * Tells what bytes that are not UTF-8 may be. Windows-1252 where all of them exist there, no control character is among
 * them, at most a quarter of the letters are beyond ASCII (in other scripts most are) and hardly any are whole UTF-8
 * letters (those are UTF-8 that was damaged, or two encodings in one file).
 */
export function byteCounter(): { add(part: Buffer): void; result(): OtherEncoding } {
  let [high, ascii, whole, broken, strange, zeros, size, line] = [0, 0, 0, 0, 0, 0, 0, 1];
  let fault: OtherEncoding["fault"] | undefined;
  const addHigh = (part: Buffer, at: number): number => {
    const byte = part[at]!; // at is below the length
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1;
    high++;
    if (length > 1 && at + length <= part.length && isUtf8(part.subarray(at, at + length))) {
      whole++;
      return length;
    }
    const isCut = at + length > part.length && part.subarray(at + 1).every(isContinuation);
    if (!isCut) {
      broken++;
      const from = Math.max(0, at - 16, part.lastIndexOf(0x0a, at) + 1);
      fault ??= { line, shown: shownBytes(part.subarray(from, at + 8)) };
    }
    if (undefinedIn1252.has(byte)) strange++;
    return 1;
  };
  return {
    add: (part) => {
      size += part.length;
      for (let at = 0; at < part.length;) {
        const byte = part[at]!; // at is below the length
        if (byte >= 0x80) {
          at += addHigh(part, at);
          continue;
        }
        if (byte === 0x0a) line++;
        else if (byte === 0) zeros++;
        else if (byte < 0x20) strange += byte === 0x09 || byte === 0x0d || byte === 0x0c ? 0 : 1;
        else ascii += (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a ? 1 : 0;
        at++;
      }
    },
    result: () => {
      const isUtf16 = zeros > size / 8 && strange < size / 50;
      const isNoText = zeros + strange > Math.max(8, size / 50);
      const plainly = strange === 0 && zeros === 0 && whole * 10 <= broken && high <= (high + ascii) / 4;
      return {
        guess: isUtf16 ? "utf-16" : isNoText ? "no text" : plainly && high > 0 ? "windows-1252" : undefined,
        fault: fault ?? { line, shown: "a letter that is cut off" },
      };
    },
  };
}

const undefinedIn1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
