import { countingIds, type Examples, selectRows } from "../examples.ts";
import type { Preparation, Source } from "../source.ts";
import { textDataset } from "./text-dataset.ts";
import {
  buildVocabulary,
  encoder,
  inverseDocumentFrequencies,
  tokenize,
  type Vocabulary,
} from "./vocabulary.ts";

/** Texts with labels, before they are examples. */
export interface Texts extends Omit<Examples, "select" | "ids"> {
  /** [N] */
  readonly texts: readonly string[];
  /** By default 0 to N - 1. */
  readonly ids?: Uint32Array;
}

/** Labelled texts as they were read. */
export interface TextExamples extends Examples {
  /** [N] */
  readonly texts: readonly string[];
  select(indices: ArrayLike<number>): TextExamples;
}

/** Labelled texts as examples. */
export function textExamples({ name, classNames, texts, labels, ids }: Texts): TextExamples {
  const all = ids ?? countingIds(texts.length);
  return {
    name,
    classNames,
    texts,
    labels,
    ids: all,
    select: (indices) => {
      const rows = selectRows({ labels, ids: all }, indices);
      return textExamples({ name, classNames, texts: Array.from(indices, (i) => texts[i]!), ...rows });
    },
  };
}

/** Texts as a source: their vocabulary is learned from the training examples. */
export function textSource(
  splits: Pick<Source, "notes"> & { readonly train: TextExamples; readonly test: TextExamples | null },
): Source {
  return {
    ...splits,
    prepare: (train, { text = {} } = {}) => {
      const words = wordsOf(textsOf(train));
      return textPreparation(buildVocabulary(words, text));
    },
  };
}

/** How texts become word numbers by a vocabulary: that of training, or one read from a run. */
export function textPreparation(vocabulary: Vocabulary): Preparation {
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
