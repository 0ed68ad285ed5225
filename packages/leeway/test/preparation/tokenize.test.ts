import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { tokenize } from "../../src/preparation/text/vocabulary.ts";

suite("tokenize", () => {
  const cases: readonly [what: string, text: string, words: readonly string[]][] = [
    [
      "takes words and punctuation apart, in lower case",
      "It was GREAT, 10/10!",
      "it was great , 10 / 10 !".split(" "),
    ],
    ["leaves line breaks of web pages out", "Good.<br /><br>Bad<BR/>end", ["good", ".", "bad", "end"]],
    [
      "keeps the apostrophe inside a word",
      "don't 'quoted' rock'n'roll",
      ["don't", "'", "quoted", "'", "rock'n'roll"],
    ],
    ["takes a typographic apostrophe as a plain one", "don’t", ["don't"]],
    ["knows letters of all alphabets", "Ærøskøbing ДОМ 東京へ", ["ærøskøbing", "дом", "東", "京", "へ"]],
    ["takes composed and decomposed letters as the same", "CAFE\u0301", ["caf\u00e9"]],
    ["takes every other sign by itself", "a—b 😀", ["a", "—", "b", "😀"]],
    ["passes control characters and lone surrogates over", "a\u0000b\ud800 \u200b", ["a", "b"]],
    ["finds nothing in nothing", " \n\t", []],
  ];
  test.for(cases)("%s", ([, text, words]) => {
    expect(tokenize(text)).toEqual(words);
  });

  test("of its own words joined by spaces gives them again, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const words = tokenize(text);
        expect(tokenize(words.join(" "))).toEqual(words);
        for (const word of words) expect(word).toMatch(/^\S+$/u);
      }),
    );
  });
});
