import { z } from "zod";
import type { Field } from "../field.ts";

/** How a text becomes the numbers of its words, in their order; all of it learned from training examples or chosen. */
export interface WordOptions {
  /** The max number of words kept, the two special ones included. */
  readonly vocabularySize: number;
  /** How often a word must occur in the training texts to be kept. */
  readonly minCount: number;
  /** Words of a text that are read; of a longer one the first quarter and the last three are. */
  readonly maxLength: number;
}

/** How a text becomes features: which n-grams are counted and kept. All of a text is read. */
export interface NgramOptions {
  /** The max number of n-grams kept, half of them of characters where there are both. */
  readonly vocabularySize: number;
  /** In how many training texts an n-gram must occur to be kept. */
  readonly minCount: number;
  /** Words in a row, up to so many; 0 for none. */
  readonly wordNgrams: number;
  /** Characters in a row within a word, from two up to so many; 0 for none. */
  readonly charNgrams: number;
}

/** How a text becomes numbers: n-grams where a recipe names any of them, else words in their order. */
export interface TextOptions extends WordOptions, NgramOptions {}

/** The default of each option of words. */
export const defaultWordOptions: WordOptions = { vocabularySize: 25_000, minCount: 2, maxLength: 400 };

/** The default of each option of n-grams. */
export const defaultNgramOptions: NgramOptions = {
  vocabularySize: 200_000,
  minCount: 2,
  wordNgrams: 2,
  charNgrams: 4,
};

/** Whether texts become n-grams: a recipe of a network that reads them says which, also where that is the default. */
export function readsNgrams({ wordNgrams, charNgrams }: Partial<TextOptions>): boolean {
  return wordNgrams !== undefined || charNgrams !== undefined;
}

const text = { group: "Texts", affects: "data" } as const;

/** The fields of {@link TextOptions}. */
export const textFields = {
  vocabularySize: {
    ...text,
    type: z.int().min(3),
    help: "words known, or n-grams",
    default: `ngrams: ${defaultNgramOptions.vocabularySize}; words: ${defaultWordOptions.vocabularySize}`,
    value: "<count>",
  },
  minCount: {
    ...text,
    type: z.int().min(1),
    help: "how often a word must occur, or in how many texts an n-gram",
    default: String(defaultWordOptions.minCount),
    value: "<count>",
  },
  maxLength: {
    ...text,
    type: z.int().min(1),
    help: "words read of a text: its head and tail",
    default: `bilstm: ${defaultWordOptions.maxLength}; tfidf: 5000; ngrams: all`,
    value: "<words>",
  },
  wordNgrams: {
    ...text,
    type: z.int().min(0).max(5),
    help: "words in a row that are features, up to so many; 0 for none",
    default: `ngrams: ${defaultNgramOptions.wordNgrams}`,
    value: "<count>",
  },
  charNgrams: {
    ...text,
    type: z.int().min(0).max(8),
    help: "characters in a row that are features, from 2 up to so many; 0 for none",
    default: `ngrams: ${defaultNgramOptions.charNgrams}`,
    value: "<count>",
  },
} as const satisfies Readonly<Record<keyof TextOptions, Field>>;
