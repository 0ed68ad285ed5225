import { describe as suite, expect, test } from "vitest";
import { optionWords } from "../../src/cli/option-words.ts";

suite("optionWords", () => {
  test.for([
    ["recipe: expected batchSize to be at least 1, got 0.", "--batch-size: expected at least 1, got 0."],
    [
      'thin: expected keep to name classes among a, b, got "c".',
      '--keep: expected it to name classes among a, b, got "c".',
    ],
    ["recipe: expected no minCount for tables, got 3.", "--min-count: expected none for tables, got 3."],
    [
      "recipe: expected testPrior to be a number for each of 3 classes, got [1, 2].",
      "--test-prior: expected a number for each of 3 classes, got [1, 2].",
    ],
    [
      'composed: expected classifier to be linear with posthoc tau-norm, got "cosine".',
      '--classifier: expected linear with posthoc tau-norm, got "cosine".',
    ],
    ["openImages: expected paths to be one folder, got [a, b].", "DATA: expected one folder, got [a, b]."],
  ] as const)("names the option of %j", ([said, meant]) => {
    expect(optionWords(said)).toBe(meant);
  });

  test("leaves other sentences alone", () => {
    const other = "methodOf: expected counts[1] to be a whole number of at least 1, got 0.";
    expect(optionWords(other)).toBe(other);
  });
});
