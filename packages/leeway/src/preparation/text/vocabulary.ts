import { z } from "zod";
import { defaultWordOptions, type WordOptions } from "../../catalogue/index.ts";
import { expected } from "../../errors.ts";

/** What a line break looks like in text taken from web pages. */
const lineBreak = /<br\s*\/?>/gi;
const typographicApostrophe = /[\u2018\u2019\u02BC]/g;
/**
 * In turn: a character of a script written without spaces, by itself; a word with its inner apostrophes ("don't");
 * any other visible character, by itself. Control characters, lone surrogates and the like belong to nothing.
 */
const token =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{M}\p{N}])+(?:'(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{M}\p{N}])+)*|[^\s\p{C}]/gu;

/**
 * A text as words and punctuation marks, in lower case: "It's <br />GREAT!" gives it's, great, !.
 *
 * The same on every machine: letters are Unicode's, composed (NFC), and lower case does not depend on the locale.
 */
export function tokenize(text: string): string[] {
  return tokensOf(plainText(text));
}

/** A text without marks of line breaks, with plain apostrophes, composed (NFC) and in lower case. */
export function plainText(text: string): string {
  return text.replace(lineBreak, " ").replace(typographicApostrophe, "'").normalize("NFC").toLowerCase();
}

/** The words and punctuation marks of a plain text. */
export function tokensOf(plain: string): string[] {
  return plain.match(token) ?? [];
}

/** What pads a short sequence in a batch: word number 0. */
export const padding = "<pad>";
/** What stands for every word that is not in the vocabulary: word number 1. */
export const unknown = "<unk>";

/** What {@link Vocabulary} is in a record. */
export const vocabularySchema = z
  .strictObject({
    /** By number: `<pad>`, `<unk>`, then by falling frequency, words of equal frequency in the order of their code units. */
    words: z.array(z.string()).min(2).readonly(),
    /** By number: in how many training texts the word occurs; 0 for the first two. */
    documentCounts: z.array(z.int().min(0)).readonly(),
    /** Training texts. */
    documents: z.int().min(0),
    maxLength: z.int().min(1),
  })
  .refine(({ words, documentCounts }) => words.length === documentCounts.length, {
    path: ["documentCounts"],
    error: "expected one count for each word",
  })
  .refine(({ words }) => words[0] === padding && words[1] === unknown, {
    path: ["words"],
    error: `expected ${padding} and ${unknown} first`,
  });

/** The words a network knows, numbered, as it stands in a run's record. */
export type Vocabulary = Readonly<z.infer<typeof vocabularySchema>>;

/**
 * The vocabulary of training texts: the most frequent words.
 *
 * @param texts the training texts as words; read once
 * @throws ArgumentError if an option is impossible
 */
export function buildVocabulary(
  texts: Iterable<readonly string[]>,
  options: Partial<WordOptions> = {},
): Vocabulary {
  const { vocabularySize, minCount, maxLength } = { ...defaultWordOptions, ...options };
  requireWhole("vocabularySize", vocabularySize, 3);
  requireWhole("minCount", minCount, 1);
  requireWhole("maxLength", maxLength, 1);
  const seen = new Map<string, { count: number; documents: number; last: number }>();
  let documents = 0;
  for (const words of texts) {
    documents++;
    for (const word of words) {
      const entry = seen.get(word);
      if (entry === undefined) {
        seen.set(word, { count: 1, documents: 1, last: documents });
        continue;
      }
      entry.count++;
      if (entry.last === documents) continue;
      entry.last = documents;
      entry.documents++;
    }
  }
  const kept = [...seen]
    .filter(([, { count }]) => count >= minCount)
    .sort(([a, { count: m }], [b, { count: n }]) => n - m || (a < b ? -1 : 1))
    .slice(0, vocabularySize - 2);
  return {
    words: [padding, unknown, ...kept.map(([word]) => word)],
    documentCounts: [0, 0, ...kept.map(([, entry]) => entry.documents)],
    documents,
    maxLength,
  };
}

/**
 * Turns words into their numbers, at least one: a text without a word is one unknown word, since a sequence of
 * length 0 has no last state. Of a text longer than `maxLength` the first quarter and the last three are kept.
 *
 * @source Sun et al. 2019 (arXiv:1905.05583), section 5.3.1: the head with the tail loses least
 */
export function encoder({ words, maxLength }: Vocabulary): (text: readonly string[]) => Int32Array {
  const numbers = new Map(words.map((word, number) => [word, number]));
  const head = Math.floor(maxLength / 4);
  return (text) => {
    const from = (position: number): number =>
      text.length <= maxLength || position < head ? position : position + text.length - maxLength;
    const length = Math.min(text.length, maxLength);
    if (length === 0) return Int32Array.of(1);
    return Int32Array.from({ length }, (_, position) => numbers.get(text[from(position)]!) ?? 1);
  };
}

/**
 * What a word counts for by its rarity, by number: log((1 + documents) / (1 + documents with the word)) + 1, and 0
 * for the two special words.
 *
 * @source Pedregosa et al. 2011, scikit-learn's TfidfTransformer with smooth_idf
 */
export function inverseDocumentFrequencies({ documentCounts, documents }: Vocabulary): Float32Array {
  return Float32Array.from(documentCounts, (count, number) =>
    number < 2 ? 0 : Math.log((1 + documents) / (1 + count)) + 1,
  );
}

function requireWhole(name: string, value: number, min: number): void {
  if (Number.isSafeInteger(value) && value >= min) return;
  throw expected("buildVocabulary", name, `to be a whole number of at least ${min}`, value);
}
