import { encodings } from "../../catalogue/index.ts";
import { didYouMean, expected } from "../../errors.ts";
import { fileError } from "./file-error.ts";

/** How the bytes of a text file are read. */
export type Encoding = (typeof encodings)[number];

const decoderNames = {
  ...{ "utf-8": "utf-8", "utf-16": "utf-16le" },
  ...{ "latin-1": "windows-1252", "windows-1252": "windows-1252" }, // as the web reads both
} as const;

/** A decoder that leaves a mark at the start out; a `fatal` one throws a TypeError for bytes that do not fit. */
export function decoderOf(
  encoding: Encoding,
  { fatal }: { readonly fatal: boolean },
): InstanceType<typeof TextDecoder> {
  return new TextDecoder(decoderNames[encoding], { fatal });
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
    throw notText(from, cause, encodingGuess(bytes));
  }
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
