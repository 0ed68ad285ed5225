import { readAtMost } from "../files/bounded-read.ts";
import { decodeText, type Encoding } from "../files/encoding.ts";

const filesAtOnce = 64;

/** Whether a file is a text by the ending of its name, in any case. */
export function isTextName(name: string): boolean {
  return /\.(txt|text)$/i.test(name);
}

/**
 * The texts among the files of a folder: those that end in .txt or .text, and where none does, those without an ending,
 * as collections of mails and news have them. A .md file beside texts describes them more often than it is one.
 */
export function textsAmong(names: readonly string[]): string[] {
  const texts = names.filter(isTextName);
  return texts.length > 0 ? texts : names.filter((name) => /(?:^|\/)[^./]+$/.test(name));
}

/**
 * Reads files of text in their order, some at a time.
 *
 * @throws RunError with code "data" for one that is longer than `maxBytes`, in another encoding or cannot be read
 */
export async function* readTextFiles(
  paths: readonly string[],
  {
    maxBytes,
    encoding,
    onWestern,
  }: {
    readonly maxBytes: number;
    readonly encoding?: Encoding | undefined;
    /** As of {@link decodeText}, with the place of the file. */
    readonly onWestern?: (place: number) => void;
  },
): AsyncGenerator<string, void, undefined> {
  for (let from = 0; from < paths.length; from += filesAtOnce) {
    const some = paths.slice(from, from + filesAtOnce);
    yield* await Promise.all(
      some.map(async (path, i) => {
        const bytes = await readAtMost(path, maxBytes);
        return decodeText(bytes, {
          path,
          encoding,
          onWestern:
            onWestern &&
            (() => {
              onWestern(from + i);
            }),
        });
      }),
    );
  }
}
