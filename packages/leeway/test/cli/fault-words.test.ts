import { describe as suite, expect, test } from "vitest";
import { faultWords } from "../../src/cli/fault-words.ts";
import { type ArgumentError, expected } from "../../src/errors.ts";

suite("faultWords", () => {
  const faults: [ArgumentError, string][] = [
    [expected("recipe", "batchSize", "to be at least 1", 0), "--batch-size: expected at least 1, got 0."],
    [
      expected("thin", "keep", "to name classes among a, b", "c"),
      '--keep: expected to name classes among a, b, got "c".',
    ],
    [
      expected("recipe", "text.minCount", "not to be set for tables", 3),
      "--min-count: expected not to be set for tables, got 3.",
    ],
    [
      expected("openImages", "paths", "to be one folder", ["a", "b"]),
      'DATA: expected one folder, got ["a", "b"].',
    ],
  ];
  test.for(faults)("names the option of %s", ([fault, text]) => {
    expect(faultWords(fault)).toBe(text);
  });

  test("leaves the fields of other functions alone", () => {
    const other = expected("methodOf", "counts[1]", "to be a whole number of at least 1", 0);
    expect(faultWords(other)).toBe(other.message);
  });
});
