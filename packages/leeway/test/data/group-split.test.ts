import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { type Examples, splitNotes, splitSource } from "../../src/data/index.ts";
import type { Groups, Times } from "../../src/data/ties.ts";
import { classCounts } from "../../src/imbalance/index.ts";
import { textExamples } from "../../src/data/text/text-source.ts";

/** Examples of classes a, b, …, whose ids are their positions. */
const rows = (labels: readonly number[], classes: number): Examples =>
  textExamples({
    name: "rows",
    classNames: ["a", "b", "c", "d"].slice(0, classes),
    texts: labels.map(String),
    labels: Int32Array.from(labels),
  });

const groupsBy = (codes: readonly number[]): Groups => ({
  by: "patient",
  codes: Int32Array.from(codes),
  names: Array.from({ length: Math.max(...codes) + 1 }, (_, code) => `P${code}`),
});
const timesBy = (values: readonly number[]): Times => ({
  by: "ts",
  values: Float64Array.from(values),
  areDates: false,
});
const options = { testFraction: 0.2, validationFraction: 0.1, seed: 0 };
/** `groups` groups of `size` examples for each class. */
const ofGroups = (groups: readonly number[], size: number): { labels: number[]; codes: number[] } => {
  const labels = groups.flatMap((count, j) => Array.from({ length: count * size }, () => j));
  return { labels, codes: labels.map((_, i) => Math.floor(i / size)) };
};

suite("splitSource", () => {
  test("gives a class of three examples, or of three groups, one in each part", () => {
    const single = splitSource(
      { train: rows([0, 0, 0, 1, 1, 1], 2), test: null },
      { ...options, testFraction: 0.5 },
    );
    const { labels, codes } = ofGroups([3, 20], 5);
    const grouped = splitSource(
      { train: rows(labels, 2), test: null, ties: { train: { groups: groupsBy(codes) } } },
      options,
    );
    for (const { train, validation, test: held } of [single, grouped]) {
      for (const part of [train, validation!, held])
        expect(classCounts(part.labels, 2)[0]).toBeGreaterThan(0);
    }
  });

  test("keeps each class's share as near as groups allow, and differs by seed", () => {
    const { labels, codes } = ofGroups([100, 20], 10);
    const source = {
      train: rows(labels, 2),
      test: null,
      ties: { train: { groups: groupsBy(codes) } },
    };
    const { test: held, validation } = splitSource(source, options);
    expect([...classCounts(held.labels, 2)]).toEqual([200, 40]);
    expect([...classCounts(validation!.labels, 2)]).toEqual([80, 20]); // 1.6 groups of the rare class
    expect(splitSource(source, options).test.ids).toEqual(held.ids);
    expect(splitSource(source, { ...options, seed: 1 }).test.ids).not.toEqual(held.ids);
  });

  test("loses and repeats no example, splits no group and trains every class, in 200 random data sets", () => {
    const example = fc.record({
      label: fc.integer({ min: 0, max: 3 }),
      group: fc.integer({ min: 0, max: 30 }),
      time: fc.integer({ min: 0, max: 50 }),
    });
    let [tried, refused] = [0, 0];
    const property = fc.property(
      fc.array(example, { minLength: 12, maxLength: 150 }),
      fc.double({ min: 0.05, max: 0.6, noNaN: true }),
      fc.constantFrom(0, 0.1, 0.4),
      fc.constantFrom("rows", "groups", "times", "both"),
      (examples, testFraction, validationFraction, by) => {
        const classes = [...new Set(examples.map(({ label }) => label))];
        const train = rows(
          examples.map(({ label }) => classes.indexOf(label)),
          classes.length,
        );
        const ties = {
          ...((by === "groups" || by === "both") && { groups: groupsBy(examples.map(({ group }) => group)) }),
          ...((by === "times" || by === "both") && { times: timesBy(examples.map(({ time }) => time)) }),
        };
        const source = { train, test: null, ties: { train: ties } };
        let parts;
        tried++;
        try {
          parts = splitSource(source, { testFraction, validationFraction, seed: 3 });
        } catch (error) {
          expect((error as Error).name).toBe("RunError"); // a question, not a fault
          refused++;
          return;
        }
        const all = [parts.train, parts.validation, parts.test].filter((part) => part !== null);
        const ids = all.flatMap((part) => [...part.ids]);
        expect(ids.toSorted((a, b) => a - b)).toEqual([...train.ids]);
        expect(classCounts(parts.train.labels, classes.length).every((count) => count > 0)).toBe(true);
        if (ties.groups) {
          const names = all.map((part) => new Set([...part.ids].map((id) => examples[id]!.group)));
          expect(names.reduce((sum, { size }) => sum + size, 0)).toBe(
            new Set(names.flatMap((each) => [...each])).size,
          );
        }
        if (ties.times && !ties.groups) {
          const last = (part: Examples): number => Math.max(...[...part.ids].map((id) => examples[id]!.time));
          const first = (part: Examples): number =>
            Math.min(...[...part.ids].map((id) => examples[id]!.time));
          if (parts.validation) expect(last(parts.train)).toBeLessThan(first(parts.validation));
          expect(last(parts.validation ?? parts.train)).toBeLessThan(first(parts.test));
        }
        const notes = splitNotes(parts, source).join();
        classes.forEach((_, j) => {
          if (classCounts(parts.test.labels, classes.length)[j] === 0) expect(notes).toContain("(0 test");
        });
      },
    );
    fc.assert(property, { numRuns: 200 });
    expect(refused).toBeLessThan(tried / 2);
  });

  test("holds the last part out by time, and keeps ties together", () => {
    const labels = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
    const times = timesBy([1, 2, 3, 4, 5, 6, 7, 8, 8, 8]);
    const source = { train: rows(labels, 2), test: null, ties: { train: { times } } };
    const { train, validation, test: held } = splitSource(source, options);
    expect([[...held.ids], [...validation!.ids], train.ids.length]).toEqual([[7, 8, 9], [6], 6]);
    expect(splitNotes({ train, validation, test: held }, source)[0]).toBe(
      'split by "ts": the validation split is from 7 on, the test from 8 on',
    );
  });

  test("puts a group by its last time, so that training ends before the test", () => {
    const times = timesBy([1, 9, 2, 3, 4, 5, 6, 7]);
    const groups = groupsBy([0, 0, 1, 1, 2, 2, 3, 3]);
    const source = {
      train: rows([0, 1, 0, 1, 0, 1, 0, 1], 2),
      test: null,
      ties: { train: { times, groups } },
    };
    const { test: held } = splitSource(source, { ...options, validationFraction: 0 });
    expect([...held.ids]).toEqual([0, 1]);
  });

  test("refuses a test of one class, and a class that only the last part has", () => {
    const one = { train: rows([0, 0, 0, 0, 1], 2), test: null };
    expect(() => splitSource(one, options)).toThrow(
      /expected test examples of two classes or more, got of "\w+" alone: the others have a single example\. Nothing could be judged/,
    );
    const late = {
      train: rows([0, 1, 0, 1, 0, 1, 0, 1, 2, 0], 3),
      test: null,
      ties: { train: { times: timesBy([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) } },
    };
    expect(() => splitSource(late, options)).toThrow(
      /expected training examples of every class, got none of "\w+", which only the last part by "ts" has/,
    );
  });
});

suite("splitNotes", () => {
  test("names the classes with few examples to judge by, the fewest first", () => {
    const counts = [100, 20, 2];
    const train = rows(
      counts.flatMap((count, j) => Array.from({ length: count }, () => j)),
      3,
    );
    const source = { train, test: null };
    expect(splitNotes(splitSource(source, options), source)).toEqual([
      `few examples to judge by: "c" (1 test, 0 validation), "b" (4 test, 2 validation), "a" (20 test, 8 validation)`,
    ]);
  });

  test("says how groups fall, and where a class has too few of them", () => {
    const { labels, codes } = ofGroups([2, 20], 10);
    const source = {
      train: rows(labels, 2),
      test: null,
      ties: { train: { groups: groupsBy(codes) } },
    };
    expect(splitNotes(splitSource(source, options), source)).toEqual([
      'groups by "patient" stay whole: 15 train, 2 validate, 5 test',
      `few examples to judge by: "a" (10 test, 0 validation, in 2 groups)`,
    ]);
  });

  test("counts the examples without a group, and says where groups change nothing", () => {
    const labels = [0, 0, 0, 0, 1, 1, 1, 1];
    const note = (codes: readonly number[], names: readonly string[]): string => {
      const groups = { by: "patient", codes: Int32Array.from(codes), names };
      const source = { train: rows(labels, 2), test: null, ties: { train: { groups } } };
      return splitNotes(splitSource(source, options), source)[0]!; // there is one
    };
    expect(note([0, 0, 1, 3, 2, 2, 4, 5], ["p", "q", "r"])).toMatch(
      /^groups by "patient" stay whole: .*; 3 without one are each a group of their own$/,
    );
    expect(note([0, 1, 2, 3, 4, 5, 6, 7], ["p"])).toBe(
      'groups by "patient" are of one example each: they change nothing',
    );
  });

  test("counts the groups that are in training and in files of the test", () => {
    const train = rows([0, 1, 0, 1], 2);
    const held = rows([0, 1, 0], 2);
    const source = {
      ...{ train, test: held },
      ties: { train: { groups: groupsBy([0, 0, 1, 2]) }, test: { groups: groupsBy([2, 2, 3]) } },
    };
    const parts = splitSource(source, { ...options, validationFraction: 0 });
    expect(splitNotes(parts, source)).toContain(
      '1 group of "patient" is in the training data too, with 2 of the 3 test examples: the test accuracy is too optimistic',
    );
  });
});
