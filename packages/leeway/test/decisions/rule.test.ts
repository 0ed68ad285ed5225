import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { binaryCosts, costThreshold, decisionsOf, expectedCosts } from "../../src/decisions/index.ts";
import { ArgumentError } from "../../src/errors.ts";

const decide = (rows: readonly (readonly number[])[], thresholds: readonly (number | null)[]): number[] => [
  ...decisionsOf(Float32Array.from(rows.flat()), { thresholds }, { classes: thresholds.length }),
];

/** K classes, N rows of probabilities and a cost of each error. */
const problems = fc.integer({ min: 2, max: 5 }).chain((classes) =>
  fc.record({
    rows: fc.array(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: classes, maxLength: classes }), {
      maxLength: 8,
    }),
    costs: fc.array(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: classes, maxLength: classes }), {
      minLength: classes,
      maxLength: classes,
    }),
  }),
);

suite("decisionsOf", () => {
  test("by costs equals the search of all classes for the lowest expected cost", () => {
    fc.assert(
      fc.property(problems, ({ rows, costs }) => {
        const classes = costs.length;
        const probabilities = rows.map((row) => {
          const sum = row.reduce((all, each) => all + each, 0);
          return row.map((each) => Math.fround(each / sum));
        });
        const decided = decisionsOf(Float32Array.from(probabilities.flat()), { costs }, { classes });
        probabilities.forEach((own, i) => {
          let [best, lowest] = [-1, Infinity];
          for (let j = 0; j < classes; j++) {
            let cost = 0;
            for (let true_ = 0; true_ < classes; true_++) cost += own[true_]! * costs[true_]![j]!;
            if (cost < lowest) [best, lowest] = [j, cost];
          }
          expect(decided[i]).toBe(best);
        });
      }),
    );
  });

  test("by a threshold on one of two classes decides for it from the threshold on", () => {
    expect(
      decide(
        [
          [0.9, 0.1],
          [0.8, 0.2],
          [0.1, 0.9],
        ],
        [null, 0.2],
      ),
    ).toEqual([0, 1, 1]);
  });

  test("compares probabilities as predictions show them, with six digits", () => {
    expect(
      decide(
        [
          [0.9, 0.12345649],
          [0.9, 0.12345651],
        ],
        [null, 0.123457],
      ),
    ).toEqual([0, 1]);
  });

  test("of several classes that reach their threshold takes that of the highest ratio", () => {
    expect(decide([[0.5, 0.3, 0.2]], [0.4, 0.1, 0.15])).toEqual([1]); // 1.25, 3, 1.33
  });

  test("where none reaches its threshold takes the most probable without one, else that of the highest ratio", () => {
    expect(decide([[0.3, 0.25, 0.45]], [null, null, 0.5])).toEqual([0]);
    expect(decide([[0.3, 0.25, 0.45]], [0.9, 0.5, 0.95])).toEqual([1]); // 0.33, 0.5, 0.47
  });

  test("refuses a rule of other classes", () => {
    expect(() =>
      decisionsOf(Float32Array.of(0.5, 0.5), { thresholds: [null, 0.1, 0.2] }, { classes: 2 }),
    ).toThrow(ArgumentError);
  });
});

suite("costThreshold", () => {
  test("is alarm / (alarm + missed), where both decisions cost the same", () => {
    const rule = binaryCosts(1, { missed: 40, alarm: 1 });
    expect(rule.costs).toEqual([
      [0, 1],
      [40, 0],
    ]);
    expect(costThreshold(rule, 1)).toBeCloseTo(1 / 41, 15);
    const [quiet, alarm] = expectedCosts([40 / 41, 1 / 41], rule);
    expect(quiet).toBeCloseTo(alarm!, 12);
  });

  test("is none where an alarm is never dearer", () => {
    expect(
      costThreshold(
        {
          costs: [
            [1, 1],
            [2, 0],
          ],
        },
        1,
      ),
    ).toBeNull();
  });
});
