import { encodings } from "../../catalogue/index.ts";
import { didYouMean, expected, someOf } from "../../errors.ts";
import { isPlainly1252 } from "./encoding-guess.ts";
import { fileError } from "./file-error.ts";

/** How the bytes of a text file are read. */
export type Encoding = (typeof encodings)[number];

const decoderNames = {
  "utf-8": "utf-8",
  "utf-16": "utf-16le",
  "latin-1": "windows-1252", // as the web reads it
  "windows-1252": "windows-1252",
} as const;

/** What the web calls the encodings that we read. */
export type WebEncoding = (typeof decoderNames)[Encoding] | "utf-16be";

/** Makes text of bytes that come in parts, as TextDecoder does. */
interface Decoder {
  decode(bytes?: Uint8Array, options?: { readonly stream?: boolean }): string;
}

/** A decoder that leaves a mark at the start out; a `fatal` one throws a TypeError for bytes that do not fit. */
export function decoderOf(encoding: Encoding, { fatal }: { readonly fatal: boolean }): Decoder {
  return webDecoder(decoderNames[encoding], { fatal });
}

/** The same by the web's name. */
export function webDecoder(name: WebEncoding, { fatal }: { readonly fatal: boolean }): Decoder {
  return name === "windows-1252" ? { decode: windows1252 } : new TextDecoder(name, { fatal });
}

/** Bytes 80 to 9f in Windows-1252; five of them are control characters there too. */
const upperHalf = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

/** Node's own decoder takes these bytes for control characters where it decodes a whole text at once. */
function windows1252(bytes: Uint8Array = new Uint8Array()): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return text.replace(/[\u0080-\u009f]/g, (letter) => upperHalf[letter.charCodeAt(0) - 0x80]!); // of 32
}

/**
 * An encoding that an option names; undefined for none.
 *
 * @throws ArgumentError for another value
 */
export function parseEncoding(value: unknown): Encoding | undefined {
  if (value === undefined) return undefined;
  const known = encodings.find((each) => each === value);
  if (known !== undefined) return known;
  const what = `to be one of ${encodings.join(", ")}`;
  throw expected("table", "encoding", what, value, didYouMean(value, encodings));
}

/** One for each encoding, since texts come by the ten thousand. */
const decoders = new Map(encodings.map((encoding) => [encoding, decoderOf(encoding, { fatal: true })]));

/** Whose bytes they are, and how they are read. */
interface TextBytes {
  readonly path: string;
  /** What of the file they are, such as a member of an archive. */
  readonly part?: string;
  /** By default UTF-8. */
  readonly encoding?: Encoding | undefined;
  /** Called where nobody named an encoding and the bytes are read as Windows-1252, since they plainly are; without it they are refused. */
  readonly onWestern?: (() => void) | undefined;
}

/**
 * A file's bytes as text; a byte order mark is left out.
 *
 * @throws RunError with code "data" where they are in another encoding
 */
export function decodeText(bytes: Uint8Array, from: TextBytes): string {
  try {
    return decoders.get(from.encoding ?? "utf-8")!.decode(bytes); // there is one for each
  } catch (cause) {
    const { encoding, onWestern } = from;
    if (encoding !== undefined || onWestern === undefined || !isPlainly1252(bytes))
      throw notText(from, cause, encodingGuess(bytes));
    onWestern();
    return decoders.get("windows-1252")!.decode(bytes); // there is one for each
  }
}

/** A note of files that are read as Windows-1252 though nobody said so; none where there are none. */
export function westernNote(files: readonly string[]): string[] {
  if (files.length === 0) return [];
  const are = files.length === 1 ? "1 text is" : `${files.length} texts are`;
  return [`${are} read as Windows-1252, not being UTF-8: ${someOf(files, 3)}; --encoding names another`];
}

/** The error of bytes in another encoding. */
export function notText({ path, part, encoding = "utf-8" }: TextBytes, cause: unknown, guess = ""): Error {
  return fileError(path, {
    ...(part !== undefined && { part }),
    expected: `text in ${encoding.toUpperCase()}`,
    got: `bytes that are not${guess}`,
    advice:
      "Name it with --encoding windows-1252 or utf-16, or convert it, for instance with: iconv -f WINDOWS-1252 -t UTF-8.",
    cause,
  });
}

function encodingGuess(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return utf16 ? " (it begins as UTF-16 does)" : "";
}
