import { describe as suite, expect, test } from "vitest";
import { examplesWord, profileWords } from "../../src/cli/result.ts";
import type { RecipeRecord } from "../../src/records/index.ts";
import { recipeFor } from "../../src/recipes/index.ts";

suite("profileWords", () => {
  const cases: readonly [what: string, recipe: RecipeRecord][] = [
    ["long-tailed, ratio 100", recipeFor("cifar10")],
    ["balanced", recipeFor("cifar10", { profile: "balanced" })],
    ["as it is", recipeFor("imdb")],
    ["neg thinned to 10.0 %", recipeFor("imdb", { keep: { neg: 0.1 } })],
    [
      "cat thinned to 50.0 %, step, ratio 10",
      recipeFor("cifar10", { profile: "step", ratio: 10, keep: { cat: 0.5 } }),
    ],
  ];
  test.for(cases)("says %s", ([words, recipe]) => {
    expect(profileWords(recipe)).toBe(words);
  });
});

suite("examplesWord", () => {
  test("calls examples what they are", () => {
    expect([examplesWord(recipeFor("cifar10")), examplesWord(recipeFor("imdb"))]).toEqual([
      "images",
      "texts",
    ]);
    expect(examplesWord({ dataset: "mine", source: { kind: "table", paths: ["a.csv"] } })).toBe("rows");
  });
});
