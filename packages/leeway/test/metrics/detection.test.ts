import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { detectionOf } from "../../src/metrics/index.ts";

const of = (scores: number[], positive: number[]) =>
  detectionOf(
    scores,
    positive.map((each) => each === 1),
  );

suite("detectionOf", () => {
  test("gives 1 where every positive example is before every other", () => {
    const { averagePrecision, areaUnderRoc, positives } = of([0.9, 0.8, 0.3, 0.1], [1, 1, 0, 0]);
    expect([averagePrecision, areaUnderRoc, positives]).toEqual([1, 1, 2]);
  });

  test("is 1, and not a little more, for a perfect order of any length", () => {
    for (let positives = 1; positives <= 60; positives++) {
      const scores = Array.from({ length: positives + 3 }, (_, i) => -i);
      const { averagePrecision } = of(
        scores,
        scores.map((_, i) => (i < positives ? 1 : 0)),
      );
      expect(averagePrecision).toBe(1);
    }
  });

  test("sums precision over the steps of recall", () => {
    // In order: 1, 0, 1, 0: precision 1/1 at recall 1/2, 2/3 at recall 1. Of the 4 pairs, 3 are in order.
    const { averagePrecision, areaUnderRoc, curve } = of([4, 3, 2, 1], [1, 0, 1, 0]);
    expect(averagePrecision).toBeCloseTo(1 / 2 + (1 / 2) * (2 / 3), 12);
    expect(areaUnderRoc).toBe(3 / 4);
    expect(curve.map(({ recall, threshold }) => [recall, threshold])).toEqual([
      [0.5, 4],
      [1, 2],
    ]);
  });

  test("takes examples of one score together, whatever their order", () => {
    const [one, other] = [of([1, 1, 1, 1], [1, 0, 0, 0]), of([1, 1, 1, 1], [0, 0, 0, 1])];
    expect(one).toEqual(other);
    expect([one.averagePrecision, one.areaUnderRoc]).toEqual([1 / 4, 1 / 2]);
  });

  test("agrees with counting all pairs", () => {
    const examples = fc.array(fc.tuple(fc.nat(6), fc.nat(1)), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(examples, (pairs) => {
        const [scores, positive] = [pairs.map(([score]) => score), pairs.map(([, label]) => label)];
        fc.pre(positive.includes(0) && positive.includes(1));
        let [inOrder, all] = [0, 0];
        for (const [a, ofA] of pairs) {
          for (const [b, ofB] of pairs) {
            if (ofA !== 1 || ofB !== 0) continue;
            all++;
            inOrder += a > b ? 1 : a === b ? 1 / 2 : 0;
          }
        }
        expect(of(scores, positive).areaUnderRoc).toBeCloseTo(inOrder / all, 10);
      }),
    );
  });

  test("keeps at most 101 points of the curve, the last among them", () => {
    const { curve } = of(
      Array.from({ length: 1000 }, (_, i) => i),
      Array.from({ length: 1000 }, (_, i) => i % 2),
    );
    expect([curve.length, curve.at(-1)!.recall]).toEqual([101, 1]);
  });

  test("refuses a score that is no number", () => {
    expect(() => detectionOf([1, NaN, 0], [true, false, true])).toThrow(
      "detectionOf: expected scores[1] to be finite, got NaN.",
    );
  });

  test("refuses examples of one side alone", () => {
    expect(() => of([1, 2], [1, 1])).toThrow(
      'detectionOf: expected positive to hold examples of the class and others, got "2 of 2".',
    );
  });
});
