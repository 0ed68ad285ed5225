import { describe as suite, expect, test } from "vitest";
import type { Abstention } from "../../src/metrics/index.ts";
import { renderAbstention } from "../../src/report/index.ts";
import { abstainedNote, abstentionLines, abstentionNotes } from "../../src/report/tables/abstention.ts";

const plain = (text: string): string => text;
const colors = { bold: plain, dim: plain, green: plain, yellow: plain };
const none = { several: 0, none: 0, contradicted: 0 };

const abstention: Abstention = {
  ...{ alpha: 0.1, thresholds: [0.991963, 0.0372347], examples: [874, 21] },
  test: [
    { ...none, examples: 1900, covered: 1750, decided: 1850, right: 1740, several: 10, none: 40 },
    { ...none, examples: 100, covered: 92, decided: 80, right: 75, several: 17, none: 3 },
  ],
  choices: [
    { alpha: 0.1, abstained: 0.04, wrong: 0.06, always: 0 },
    { alpha: 0.02, abstained: 0.95, wrong: 0.01, always: 1 },
  ],
};
const options = { classNames: ["ok", "fraud"], colors };

suite("renderAbstention", () => {
  test("shows what sets come to, by class, of 1,000 cases and for other shares", () => {
    expect(renderAbstention(abstention, options).split("\n")).toEqual([
      "Sets of classes: each is in those of at least 90 % of its examples",
      "",
      "  class  validation examples  in sets from p =  test examples  covered     95 % interval  decided rightly  wrongly  abstained",
      "  fraud                   21         0.0372347            100   92.0 %  84.8 % to 96.5 %           75.0 %    5.0 %     20.0 %",
      "  ok                     874          0.991963          1,900   92.1 %  90.8 % to 93.3 %           91.6 %    5.8 %      2.6 %",
      "",
      "  Of 1,000 test examples 965 are decided, 58 of them wrongly, and 35 are abstained from: 14 have several classes in their set and 22 have no class in their set.",
      "",
      "  sets alone, on validation  abstained  decided wrongly  classes in every set",
      "  --abstain 0.1 (this)           4.0 %            6.0 %                0 of 2",
      "  --abstain 0.02                95.0 %            1.0 %                1 of 2",
    ]);
  });

  test("shows the rarest of many classes", () => {
    const [first] = abstention.test;
    const many = Array.from({ length: 30 }, (_, j) => j);
    const text = renderAbstention(
      {
        ...abstention,
        thresholds: many.map(() => 0.1),
        examples: many.map((j) => 40 - j),
        test: many.map(() => first!),
      },
      { ...options, classNames: many.map((j) => `c${j}`) },
    );
    expect(text).toMatch(/^ {2}c29 /m);
    expect(text).not.toMatch(/^ {2}c9 /m);
    expect(text).toContain("  … and 10 classes more\n");
  });

  test("has no share of a class without a test example", () => {
    const [ok] = abstention.test;
    const empty = { ...none, examples: 0, covered: 0, decided: 0, right: 0 };
    const text = renderAbstention({ ...abstention, test: [ok!, empty] }, options);
    expect(text).toMatch(/fraud +21 +0\.0372347 +0 +– +– +– +– +–/);
  });
});

suite("abstentionLines", () => {
  test("names decisions that the set contradicts, and fractions of a case", () => {
    const test = [{ ...none, examples: 2000, covered: 1999, decided: 1999, right: 1998, contradicted: 1 }];
    expect(abstentionLines({ test })).toEqual([
      "Of 1,000 test examples 1,000 are decided, 0.5 of them wrongly, and 0.5 are abstained from: 0.5 have another class in their set than the decision.",
    ]);
  });
});

suite("abstainedNote", () => {
  test("counts what predictions are abstained from", () => {
    expect(abstainedNote([true, false, false, false])).toBe(
      "Abstained from 1 of 4 examples, 25.0 %: their set of classes is not the decision alone.",
    );
    expect(abstainedNote([])).toBe(
      "Abstained from 0 of 0 examples: their set of classes is not the decision alone.",
    );
  });
});

suite("abstentionNotes", () => {
  const withExamples = (...examples: readonly number[]) =>
    abstentionNotes(
      { ...abstention, examples, thresholds: examples.map((n) => (n < 9 ? 0 : 0.5)) },
      { ...options, classNames: ["ok", "fraud", "theft", "loss", "a\u001bb"] },
    );

  test("has none where every class has a threshold", () => {
    expect(withExamples(90, 9)).toEqual([]);
  });

  test("says how many examples a class needs, and which share those it has allow", () => {
    expect(withExamples(90, 5)).toEqual([
      'Too few validation examples of "fraud" (5): it is in every set, so that no other class is decided for. A class needs 9: hold out more with --validation-fraction, or take --abstain 0.17.',
    ]);
    expect(withExamples(90, 2, 5)).toEqual([
      'Too few validation examples of "fraud" (2) and "theft" (5): they are in every set, so that nothing is decided. A class needs 9: hold out more with --validation-fraction, or take --abstain 0.34.',
    ]);
  });

  test("names no share for a class without an example", () => {
    expect(withExamples(90, 0)[0]).toMatch(/hold out more with --validation-fraction\.$/);
  });

  test("names the first of many classes", () => {
    expect(withExamples(0, 1, 2, 3, 4)[0]).toContain(
      'of "ok" (0), "fraud" (1), "theft" (2) and 2 more: they',
    );
  });
});
