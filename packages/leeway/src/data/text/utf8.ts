import { fileError } from "../file-error.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * A file's bytes as text; a byte order mark is left out.
 *
 * @param part what of the file they are, such as a member of an archive
 * @throws RunError with code "data" where they are not UTF-8
 */
export function decodeUtf8(bytes: Uint8Array, { path, part }: { path: string; part?: string }): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw fileError(path, {
      ...(part !== undefined && { part }),
      expected: "text in UTF-8",
      got: `bytes that are not${encodingGuess(bytes)}`,
      advice: "Convert it, for instance with: iconv -f LATIN1 -t UTF-8.",
      cause,
    });
  }
}

function encodingGuess(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return utf16 ? " (it begins as UTF-16 does)" : "";
}
