import { countingIds, type Examples, selectRows } from "../examples.ts";
import type { Preparation, Source } from "../source.ts";
import { defaultNgramOptions, readsNgrams } from "../../catalogue/index.ts";
import {
  buildNgramVocabulary,
  buildVocabulary,
  encoder,
  inverseDocumentFrequencies,
  ngramCount,
  ngramEncoder,
  type NgramVocabulary,
  parseVocabulary,
  tokenize,
  type Vocabulary,
} from "../../preparation/index.ts";
import { ngramDataset } from "./ngram-dataset.ts";
import { textDataset } from "./text-dataset.ts";

/** Labelled texts as they were read. */
export interface TextExamples extends Examples {
  /** [N] */
  readonly texts: readonly string[];
  select(indices: ArrayLike<number>): TextExamples;
}

/** Labelled texts as examples; their ids are by default 0 to N - 1. */
export function textExamples({
  texts,
  ids = countingIds(texts.length),
  ...named
}: Omit<TextExamples, "select" | "ids"> & { readonly ids?: Uint32Array }): TextExamples {
  const rows = { ...named, texts, ids };
  return {
    ...rows,
    select: (indices) =>
      textExamples({ ...named, ...selectRows(rows, indices), texts: Array.from(indices, (i) => texts[i]!) }),
  };
}

/** A note of texts without a character, which are examples all the same; none where there are none. */
export function emptyTextsNote(count: number, first = ""): string[] {
  if (count === 0) return [];
  return [count === 1 ? `1 text is empty: ${first}` : `${count} texts are empty, the first ${first}`];
}

/** Texts as a source: their vocabulary is learned from the training examples. */
export function textSource(
  splits: Pick<Source, "notes" | "files" | "validation"> & {
    readonly train: TextExamples;
    readonly test: TextExamples | null;
  },
): Source {
  return {
    ...splits,
    prepare: (train, { text = {}, taken } = {}) => {
      if (taken !== undefined) return textPreparation(parseVocabulary(taken));
      const texts = textsOf(train);
      if (!readsNgrams(text)) return textPreparation(buildVocabulary(wordsOf(texts), text));
      return textPreparation(buildNgramVocabulary(texts, { ...defaultNgramOptions, ...text }));
    },
  };
}

/**
 * How texts become numbers by what was learned in training, or read from a run: words in their order, or n-grams as
 * features.
 */
export function textPreparation(learned: Vocabulary | NgramVocabulary): Preparation {
  return "characters" in learned ? ngramPreparation(learned) : wordPreparation(learned);
}

function ngramPreparation(vocabulary: NgramVocabulary): Preparation {
  const features = ngramCount(vocabulary);
  let encode: ReturnType<typeof ngramEncoder> | undefined;
  return {
    record: vocabulary,
    apply: (examples) => {
      const { name, classNames, labels, ids } = examples;
      encode ??= ngramEncoder(vocabulary);
      const rows = encode(textsOf(examples));
      return ngramDataset({ name, classNames, labels, ids, rows, features });
    },
  };
}

function wordPreparation(vocabulary: Vocabulary): Preparation {
  const encode = encoder(vocabulary);
  const input = {
    kind: "text",
    vocabulary: vocabulary.words.length,
    idf: inverseDocumentFrequencies(vocabulary),
  } as const;
  return {
    record: vocabulary,
    apply: (examples) => {
      const { name, classNames, labels, ids } = examples;
      const words = textsOf(examples).map((text) => encode(tokenize(text)));
      return textDataset({ name, classNames, labels, ids, input, words });
    },
  };
}

function* wordsOf(texts: readonly string[]): Generator<readonly string[]> {
  for (const text of texts) yield tokenize(text);
}

/** Only examples of a text source come back to it, and these are texts. */
function textsOf(examples: Examples): readonly string[] {
  return (examples as TextExamples).texts;
}
