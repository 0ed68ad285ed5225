import type { Examples } from "../examples.ts";
import type { Preparation, Source } from "../source.ts";
import { textDataset } from "./text-dataset.ts";
import type { TextExamples } from "./text-examples.ts";
import { tokenize } from "./tokenize.ts";
import { buildVocabulary, encoder, inverseDocumentFrequencies, type Vocabulary } from "./vocabulary.ts";

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
