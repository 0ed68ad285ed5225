import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { type Examples, splitSource } from "../../src/data/index.ts";
import { foldsOf } from "../../src/data/folds.ts";
import { textExamples } from "../../src/data/text/text-source.ts";
import type { Groups } from "../../src/data/ties.ts";
import { classCounts } from "../../src/imbalance/index.ts";

const rows = (labels: readonly number[], classes: number): Examples =>
  textExamples({
    name: "rows",
    classNames: Array.from({ length: classes }, (_, j) => `c${j}`),
    texts: labels.map(String),
    labels: Int32Array.from(labels),
  });

const groupsBy = (codes: readonly number[]): Groups => ({
  by: "patient",
  codes: Int32Array.from(codes),
  names: Array.from({ length: Math.max(...codes) + 1 }, (_, code) => `P${code}`),
});

const labelsOf = (counts: readonly number[]): number[] =>
  counts.flatMap((count, j) => Array.from({ length: count }, () => j));

/** The parts of every fold. */
const parts = (train: Examples, of: number, { seed = 0, groups }: { seed?: number; groups?: Groups } = {}) =>
  Array.from({ length: of }, (_, index) =>
    splitSource(
      { train, test: null, ...(groups && { ties: { train: { groups } } }) },
      { testFraction: 0.2, fold: { index, of }, validationFraction: 0.1, seed },
    ),
  );

const ofFolds = fc.integer({ min: 3, max: 6 });

suite("folds", () => {
  test("put each example into one test, and every class into every part", () => {
    const counts = fc.array(fc.integer({ min: 6, max: 40 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(counts, ofFolds, fc.nat(), (counts, of, seed) => {
        const train = rows(labelsOf(counts), counts.length);
        const folds = parts(train, of, { seed });
        const tested = folds.flatMap(({ test }) => [...test.ids]).sort((a, b) => a - b);
        expect(tested).toEqual([...train.ids]);
        for (const { train: kept, validation, test } of folds) {
          const ids = [kept, validation!, test].flatMap((part) => [...part.ids]).sort((a, b) => a - b);
          expect(ids).toEqual([...train.ids]);
          for (const part of [kept, validation!, test])
            for (const count of classCounts(part.labels, counts.length)) expect(count).toBeGreaterThan(0);
        }
        const sizes = folds.map(({ test }) => test.labels.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        const ofClass = (j: number) =>
          folds.map(({ test }) => test.labels.filter((label) => label === j).length);
        counts.forEach((_, j) => {
          expect(Math.max(...ofClass(j)) - Math.min(...ofClass(j))).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  test("have every class in every part where it has as many examples as there are folds", () => {
    for (const of of [3, 4, 5]) {
      const train = rows(labelsOf([40, of]), 2);
      for (const { train: kept, validation, test } of parts(train, of))
        for (const part of [kept, validation!, test]) expect(part.labels.includes(1)).toBe(true);
    }
  });

  test("never split a group, and have each class in each", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 12, maxLength: 30 });
    fc.assert(
      fc.property(sizes, ofFolds, fc.nat(), (sizes, of, seed) => {
        // Groups are of one class each, every other of the first.
        const codes = sizes.flatMap((size, code) => Array.from({ length: size }, () => code));
        const train = rows(
          codes.map((code) => code % 2),
          2,
        );
        for (const { train: kept, validation, test } of parts(train, of, { seed, groups: groupsBy(codes) })) {
          const sides = [kept, validation!, test].map(
            (part) => new Set([...part.ids].map((id) => codes[id]!)),
          );
          expect(sides.reduce((sum, { size }) => sum + size, 0)).toBe(sizes.length);
          for (const part of [kept, validation!, test]) expect(new Set(part.labels)).toEqual(new Set([0, 1]));
        }
      }),
    );
  });

  test("deal groups of several classes whole, each to one test", () => {
    const codes = Array.from({ length: 120 }, (_, i) => Math.floor(i / 4)); // 30 groups with both classes
    const train = rows(
      codes.map((_, i) => (i % 4 === 0 ? 1 : 0)),
      2,
    );
    const folds = foldsOf(train, { of: 5, seed: 3, ties: { groups: groupsBy(codes) } });
    for (let g = 0; g < 30; g++) expect(new Set(folds.slice(4 * g, 4 * g + 4)).size).toBe(1);
    expect(Array.from({ length: 5 }, (_, fold) => folds.filter((each) => each === fold).length)).toEqual(
      Array<number>(5).fill(24),
    );
  });

  test("are the same for a seed, and others for another", () => {
    const train = rows(labelsOf([30, 30]), 2);
    const of = (seed: number): string => foldsOf(train, { of: 3, seed }).join();
    expect(of(0)).toBe(of(0));
    expect(of(0)).not.toBe(of(1));
  });

  test("are refused with what would do where a class has too few examples or groups", () => {
    expect(() => parts(rows(labelsOf([40, 4]), 2), 5)).toThrow(
      'rows: expected at least 5 examples of each class for 5 folds, got 4 of "c1". Lower --folds to 4, or compare with --repeats.',
    );
    expect(() => parts(rows(labelsOf([40, 2]), 2), 3)).toThrow("Add examples, or compare with --repeats.");
    const codes = [...Array.from({ length: 20 }, (_, i) => i), ...Array<number>(20).fill(20)];
    const train = rows(labelsOf([20, 20]), 2);
    expect(() => parts(train, 3, { groups: groupsBy(codes) })).toThrow(
      'expected at least 3 groups of "patient" of each class for 3 folds, got 1 of "c1".',
    );
  });

  test("are refused beside a time, which says what the test is, and a test split", () => {
    const train = rows(labelsOf([9, 9]), 2);
    const times = { by: "ts", values: Float64Array.from(train.ids), areDates: false };
    const split = { testFraction: 0.2, fold: { index: 0, of: 3 }, validationFraction: 0.1, seed: 0 };
    expect(() => splitSource({ train, test: null, ties: { train: { times } } }, split)).toThrow(
      'rows: expected no --time with folds, got "ts"',
    );
    expect(() => splitSource({ train, test: train }, split)).toThrow(
      "rows: expected data without a test split for folds, got one. Compare over --seeds.",
    );
  });
});
