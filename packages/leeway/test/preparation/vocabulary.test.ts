import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { parseVocabulary } from "../../src/preparation/index.ts";
import {
  buildVocabulary,
  encoder,
  inverseDocumentFrequencies,
} from "../../src/preparation/text/vocabulary.ts";
import { RunError } from "../../src/errors.ts";

const texts = ["b a b c", "a b z z z", "c"].map((text) => text.split(" "));

suite("buildVocabulary", () => {
  test("numbers words by falling frequency, equal ones in the order of their letters", () => {
    const { words, documentCounts, documents } = buildVocabulary(texts, { minCount: 1 });
    expect(words).toEqual(["<pad>", "<unk>", "b", "z", "a", "c"]);
    expect(documentCounts).toEqual([0, 0, 2, 1, 2, 2]);
    expect(documents).toBe(3);
  });

  test("leaves rare words out, and those beyond the size", () => {
    expect(buildVocabulary(texts, { minCount: 3 }).words).toEqual(["<pad>", "<unk>", "b", "z"]);
    expect(buildVocabulary(texts, { minCount: 1, vocabularySize: 3 }).words).toEqual(["<pad>", "<unk>", "b"]);
  });

  test("does not depend on the order of the texts", () => {
    const word = fc.constantFrom("a", "b", "c", "dd", "é", "ё");
    fc.assert(
      fc.property(fc.array(fc.array(word)), (some) => {
        const options = { minCount: 1 };
        expect(buildVocabulary(some.toReversed(), options)).toEqual(buildVocabulary(some, options));
      }),
    );
  });

  test.for([{ vocabularySize: 2 }, { minCount: 0 }, { maxLength: 0.5 }])("refuses %o", (options) => {
    expect(() => buildVocabulary(texts, options)).toThrow(
      /expected (vocabularySize|minCount|maxLength) to be/,
    );
  });
});

suite("encoder", () => {
  const vocabulary = buildVocabulary(texts, { minCount: 1, maxLength: 8 });

  test("gives known words their number and others 1", () => {
    expect([...encoder(vocabulary)(["b", "never", "c"])]).toEqual([2, 1, 5]);
  });

  test("reads a text without words as one unknown word", () => {
    expect([...encoder(vocabulary)([])]).toEqual([1]);
  });

  test("keeps of a long text the first quarter and the last three", () => {
    const words = "a b b b b b b z z z z z".split(" ");
    // Of twelve, eight: the first two and the last six.
    expect([...encoder(vocabulary)(words)]).toEqual([4, 2, 2, 3, 3, 3, 3, 3]);
    expect(encoder({ ...vocabulary, maxLength: 1 })(words)).toHaveLength(1);
  });
});

suite("inverseDocumentFrequencies", () => {
  test("counts a word for more the fewer texts have it, and the special ones for nothing", () => {
    const idf = inverseDocumentFrequencies(buildVocabulary(texts, { minCount: 1 }));
    const of = (documents: number) => Math.fround(Math.log(4 / (1 + documents)) + 1);
    expect([...idf]).toEqual([0, 0, of(2), of(1), of(2), of(2)]);
  });
});

suite("parseVocabulary", () => {
  const vocabulary = buildVocabulary(texts);
  test("reads what was written as JSON", () => {
    expect(parseVocabulary(JSON.parse(JSON.stringify(vocabulary)))).toEqual(vocabulary);
  });

  const broken: readonly [what: string, record: unknown][] = [
    ["words", { ...vocabulary, words: ["<pad>"] }],
    ["words", { ...vocabulary, words: ["a", "b", "c"], documentCounts: [0, 0, 1] }],
    ["documentCounts", { ...vocabulary, documentCounts: [] }],
    ["maxLength", { ...vocabulary, maxLength: 0 }],
    ["the record", { ...vocabulary, more: 1 }],
    ["the record", null],
  ];
  test.for(broken)("names %s where it is wrong", ([what, record]) => {
    expect(() => parseVocabulary(record)).toThrow(RunError);
    expect(() => parseVocabulary(record)).toThrow(`vocabulary: ${what}`);
  });
});
