import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { HashTable } from "../../src/preparation/text/hash-table.ts";
import { ngramEncoder } from "../../src/preparation/text/ngram-encoder.ts";
import { ngramHash, NgramReader } from "../../src/preparation/text/ngram-reader.ts";
import { parseVocabulary } from "../../src/preparation/index.ts";
import { textExamples, textPreparation } from "../../src/data/text/text-source.ts";
import { buildNgramVocabulary } from "../../src/preparation/text/ngram-vocabulary.ts";

const options = { wordNgrams: 2, charNgrams: 4, vocabularySize: 1000, minCount: 1 };

/** The n-grams of a text, written out. */
function ngramsOf(
  text: string,
  ranges: { readonly wordNgrams: number; readonly charNgrams: number },
): string[] {
  const reader = new NgramReader(ranges);
  reader.read(text);
  return Array.from({ length: reader.length }, (_, i) => reader.written(i));
}

suite("NgramReader", () => {
  test("reads words and words in a row, in lower case", () => {
    expect(ngramsOf("Not a  GOOD\nfilm!", { wordNgrams: 2, charNgrams: 0 })).toEqual([
      "not",
      "not a",
      "a",
      "a good",
      "good",
      "good film",
      "film",
      "film !",
      "!",
    ]);
  });

  test("reads characters within words, with the space before and after", () => {
    expect(ngramsOf("go\tup", { wordNgrams: 0, charNgrams: 3 })).toEqual([
      " g",
      " go",
      "go",
      "go ",
      "o ",
      " u",
      " up",
      "up",
      "up ",
      "p ",
    ]);
  });

  test("reads a sentence without spaces as one word, and no half of a character", () => {
    expect(ngramsOf("不好看", { wordNgrams: 2, charNgrams: 2 })).toEqual([
      "不",
      "不 好",
      "好",
      "好 看",
      "看",
      " 不",
      "不好",
      "好看",
      "看 ",
    ]);
    expect(ngramsOf("a😀b", { wordNgrams: 0, charNgrams: 3 })).toEqual([" a", "a😀", "😀", "😀b", "b "]);
  });

  test("hashes an n-gram as its written form, and words unlike characters", () => {
    const reader = new NgramReader({ wordNgrams: 3, charNgrams: 5 });
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "B", "é", "看", "😀", " ", "\n", "'") }), (text) => {
        reader.read(text);
        for (let i = 0; i < reader.length; i++) {
          const block = i < reader.words ? "words" : "characters";
          expect(ngramHash(reader.written(i), block)).toEqual([reader.low[i], reader.high[i]]);
        }
      }),
    );
    expect(ngramHash("ab", "words")).not.toEqual(ngramHash("ab", "characters"));
  });
});

suite("HashTable", () => {
  test("finds what it took, also where it grew and forgot", () => {
    const table = new HashTable(1);
    const hash = (i: number) => [Math.imul(i % 7, 0x10000), i] as const; // many of one low half
    for (let i = 1; i <= 500; i++) table.take(table.at(...hash(i)), [...hash(i), i, -i]);
    table.filter((i) => i > 100);
    expect(table.size).toBe(400);
    const found = [50, 100, 101, 500].map((i) => table.cells[table.at(...hash(i)) + 2]);
    expect(found).toEqual([0, 0, 101, 500]);
    expect(table.cells[table.at(...hash(300)) + 3]).toBe(-300);
  });
});

suite("buildNgramVocabulary", () => {
  const texts = ["good film", "good good plot", "bad film"];

  test("keeps those in the most texts, equal ones in the order of their letters", () => {
    const { words, characters, documents } = buildNgramVocabulary(texts, { ...options, minCount: 2 });
    expect(words).toEqual({ ngrams: ["film", "good"], documentCounts: [2, 2] });
    expect(characters.ngrams).toContain("ilm ");
    expect(characters.ngrams).not.toContain(" pl");
    expect(documents).toBe(3);
  });

  test("keeps as many of characters as of words where it must choose", () => {
    const { words, characters } = buildNgramVocabulary(texts, { ...options, vocabularySize: 6 });
    expect([words.ngrams.length, characters.ngrams.length]).toEqual([3, 3]);
    const alone = buildNgramVocabulary(texts, { ...options, charNgrams: 0, vocabularySize: 6 });
    expect(alone.words.ngrams).toHaveLength(6);
  });

  test("refuses texts that share nothing", () => {
    expect(() => buildNgramVocabulary(["ab", "cd"], { ...options, minCount: 2 })).toThrow(
      "recipe: expected text.minCount to be at most as many training texts as an n-gram occurs in, got 2.",
    );
  });

  test("does not depend on the order of the texts", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c", " ", "é") });
    fc.assert(
      fc.property(fc.array(text), (some) => {
        const texts = ["a", ...some];
        expect(buildNgramVocabulary(texts.toReversed(), options)).toEqual(
          buildNgramVocabulary(texts, options),
        );
      }),
    );
  });

  test("forgets the rarest where there are too many at once", () => {
    const many = Array.from({ length: 300 }, (_, i) => `common word${i}`);
    const small = { ...options, charNgrams: 0, minCount: 2 };
    const { words } = buildNgramVocabulary(many, small, { maxCounted: 50 });
    expect(words).toEqual({ ngrams: ["common"], documentCounts: [300] });
  });
});

suite("parseVocabulary of n-grams", () => {
  const vocabulary = buildNgramVocabulary(["ab cd 😀", "ab"], options);
  test("reads what was written as JSON", () => {
    expect(parseVocabulary(JSON.parse(JSON.stringify(vocabulary)))).toEqual(vocabulary);
  });

  test.for([
    ["words.documentCounts", { ...vocabulary, words: { ngrams: ["a"], documentCounts: [] } }],
    ["characters", { ...vocabulary, characters: null }],
    ["charNgrams", { ...vocabulary, charNgrams: -1 }],
  ] as const)("refuses one with wrong %s", ([what, record]) => {
    expect(() => parseVocabulary(record)).toThrow(`vocabulary: ${what}`);
  });
});

suite("ngramDataset", () => {
  const texts = textExamples({
    ...{ name: "mine", classNames: ["a", "b"], texts: ["ab ab", "", "cd", "ab cd"] },
    labels: Int32Array.of(0, 1, 0, 1),
  });
  const preparation = textPreparation(
    buildNgramVocabulary(texts.texts, { ...options, charNgrams: 0, wordNgrams: 1 }),
  );

  test("gives batches of columns, values and lengths, of a selection those of its texts", async () => {
    const some = preparation.apply(texts).select([3, 1, 0]);
    const batches: unknown[] = [];
    for await (const { inputs, targets } of some.batches([0, 1, 2], { batchSize: 2 })) {
      batches.push([...inputs.map(({ values }) => [...values]), [...targets]]);
    }
    const half = Math.fround(Math.SQRT1_2);
    expect(batches).toEqual([
      [
        [0, 1],
        [half, half],
        [2, 0],
        [1, 1],
      ],
      [[0], [1], [1], [0]],
    ]);
  });
});

suite("ngramEncoder", () => {
  test("gives each n-gram (1 + log count) · idf, words and characters alike in length, and the whole length 1", () => {
    const texts = ["ab ab cd", "ab"];
    const vocabulary = buildNgramVocabulary(texts, { ...options, wordNgrams: 1, charNgrams: 2 });
    expect(vocabulary.words.ngrams).toEqual(["ab", "cd"]);
    expect(vocabulary.characters.ngrams).toEqual([" a", "ab", "b ", " c", "cd", "d "]);
    const { columns, values, offsets } = ngramEncoder(vocabulary)(texts);
    const rare = Math.log(3 / 2) + 1; // of two texts one
    const twice = 1 + Math.log(2); // in both, so that idf is 1
    const norm = Math.hypot(twice, rare) * Math.SQRT2;
    const characters = Math.hypot(twice, rare) * Math.sqrt(3) * Math.SQRT2;
    const first = [...values.subarray(0, offsets[1])];
    const expected = [
      twice / norm,
      rare / norm,
      ...[twice, twice, twice, rare, rare, rare].map((v) => v / characters),
    ];
    expect([...columns.subarray(0, offsets[1])]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    first.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 6);
    });
    expect(Math.hypot(...values.subarray(offsets[1], offsets[2]))).toBeCloseTo(1, 6);
  });

  test("gives a text without known n-grams an empty row", () => {
    const vocabulary = buildNgramVocabulary(["ab"], options);
    expect([...ngramEncoder(vocabulary)(["", "xyz", "ab"]).offsets.subarray(0, 3)]).toEqual([0, 0, 0]);
  });

  test("gives one block alone the length 1", () => {
    const vocabulary = buildNgramVocabulary(["ab cd"], { ...options, wordNgrams: 0 });
    expect(Math.hypot(...ngramEncoder(vocabulary)(["ab cd"]).values)).toBeCloseTo(1, 6);
  });
});
