import { z } from "zod";
import type { NgramOptions } from "../../catalogue/index.ts";
import { expected } from "../../errors.ts";
import { HashTable } from "./hash-table.ts";
import { NgramReader } from "./ngram-reader.ts";

const block = z
  .strictObject({
    /** By falling number of texts; of equal ones in the order of their code units. */
    ngrams: z.array(z.string()).readonly(),
    /** In how many training texts each occurs. */
    documentCounts: z.array(z.int().min(1)).readonly(),
  })
  .refine(({ ngrams, documentCounts }) => ngrams.length === documentCounts.length, {
    path: ["documentCounts"],
    error: "expected one count for each n-gram",
  });

/** What {@link NgramVocabulary} is in a record. */
export const ngramVocabularySchema = z.strictObject({
  wordNgrams: z.int().min(0),
  charNgrams: z.int().min(0),
  /** Training texts. */
  documents: z.int().min(0),
  words: block,
  characters: block,
});

/** The n-grams that are features, numbered: those of words, then those of characters. */
export type NgramVocabulary = Readonly<z.infer<typeof ngramVocabularySchema>>;

/**
 * The n-grams that occur in the most training texts.
 *
 * @param maxCounted n-grams that are counted at once, beyond which the rarest are forgotten; by default as many as half
 *   a gigabyte holds
 * @throws ArgumentError if none occurs in `minCount` texts
 */
export function buildNgramVocabulary(
  texts: Iterable<string>,
  options: NgramOptions,
  { maxCounted = 12_000_000 } = {},
): NgramVocabulary {
  const { wordNgrams, charNgrams, vocabularySize, minCount } = options;
  const { documents, counted } = countNgrams(texts, options, maxCounted);
  const both = wordNgrams > 0 && charNgrams > 0;
  const largest = both ? Math.ceil(vocabularySize / 2) : vocabularySize;
  const blockOf = (ofWords: boolean): z.infer<typeof block> => {
    const kept = counted
      .filter((each) => each.ofWords === ofWords && each.documents >= minCount)
      .sort((a, b) => b.documents - a.documents || (a.written < b.written ? -1 : 1))
      .slice(0, largest);
    return {
      ngrams: kept.map(({ written }) => written),
      documentCounts: kept.map((each) => each.documents),
    };
  };
  const [words, characters] = [blockOf(true), blockOf(false)];
  if (words.ngrams.length + characters.ngrams.length === 0) {
    const what = "to be at most as many training texts as an n-gram occurs in";
    throw expected(
      "recipe",
      "text.minCount",
      what,
      minCount,
      "Use 1, more texts, or texts that are not empty.",
    );
  }
  return { wordNgrams, charNgrams, documents, words, characters };
}

interface CountedNgram {
  readonly written: string;
  readonly ofWords: boolean;
  readonly documents: number;
}

/** Counts in how many texts n-grams occur; only those in `minCount` of them are written out and returned. */
function countNgrams(
  texts: Iterable<string>,
  { minCount, ...ranges }: NgramOptions,
  maxCounted: number,
): { readonly documents: number; readonly counted: readonly CountedNgram[] } {
  const reader = new NgramReader(ranges);
  const table = new HashTable(1 << 16); // of each n-gram: texts with it, and the number of the last one
  const countOf = ({ low, high }: Hash): number => table.cells[table.at(low, high) + 2]!;
  let found: WrittenNgram[] = [];
  let documents = 0;
  let rare = 0;
  for (const text of texts) {
    documents++;
    reader.read(text);
    for (let i = 0; i < reader.length; i++) {
      const [low, high] = [reader.low[i]!, reader.high[i]!]; // below its length
      const at = table.at(low, high);
      const { cells } = table;
      const count = cells[at + 2]! + 1; // a place of the table
      if (count > 1 && cells[at + 3] === documents) continue; // counted in this text before
      if (count === 1) table.take(at, [low, high, 1, documents]);
      else {
        cells[at + 2] = count;
        cells[at + 3] = documents;
      }
      if (count !== minCount) continue;
      found.push({ low, high, written: reader.written(i), ofWords: i < reader.words });
    }
    if (table.size <= maxCounted) continue;
    // Forgetting what is in one text only may not be enough; then in two, …
    for (rare = Math.max(1, rare); table.size > maxCounted / 2; rare++) {
      table.filter((count) => count > rare);
    }
    rare--;
    found = found.filter((each) => countOf(each) > 0);
  }
  return {
    documents,
    counted: found.map(({ low, high, ...each }) => ({ ...each, documents: countOf({ low, high }) })),
  };
}

interface Hash {
  readonly low: number;
  readonly high: number;
}

type WrittenNgram = Hash & Omit<CountedNgram, "documents">;
