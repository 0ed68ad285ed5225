import type { encodings } from "../../catalogue/index.ts";

/** How the bytes of a text file are read. */
export type Encoding = (typeof encodings)[number];

const decoderNames = { "utf-8": "utf-8", "utf-16": "utf-16le", "latin-1": "windows-1252" } as const;

/** A decoder that leaves a mark at the start out; where told `fatal` it throws a TypeError for bytes that do not fit. */
export function decoderOf(
  encoding: Encoding,
  { fatal }: { readonly fatal: boolean },
): InstanceType<typeof TextDecoder> {
  return new TextDecoder(decoderNames[encoding], { fatal });
}
