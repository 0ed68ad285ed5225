import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import {
  ldamMargins,
  marginConstant,
  profileCounts,
  testPriorMargins,
  uniformMargins,
} from "../../src/imbalance/index.ts";

const someCounts = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 2, maxLength: 50 });

suite("ldamMargins", () => {
  property.prop([someCounts])("gives the rarest class exactly maxMargin", (counts) => {
    expect(Math.max(...ldamMargins(counts))).toBe(0.5);
    expect(ldamMargins(counts)[counts.indexOf(Math.min(...counts))]).toBe(0.5);
  });
  test("halves the margin for a class with 16 times the examples", () => {
    expect([...ldamMargins([5, 80, 1280])]).toEqual([0.5, 0.25, 0.125]);
  });
  property.prop([someCounts])("gives Δ_j · n_j^(1/4) the same value C for every class", (counts) => {
    const c = ldamMargins(counts).map((margin, j) => margin * counts[j]! ** 0.25);
    // A few roundings of fourth roots: 1e-12 relative.
    for (const value of c) expect(value / c[0]!).toBeCloseTo(1, 12);
  });
  test("gives every class maxMargin where counts are equal", () => {
    expect(ldamMargins([9, 9, 9], { maxMargin: 0.3 })).toEqual(uniformMargins(3, 0.3));
  });
  test("names the class that has no examples", () => {
    expect(() => ldamMargins([10, 0])).toThrow(
      "ldamMargins: expected counts[1] to be a whole number of at least 1, got 0. Drop the empty class or give it examples.",
    );
  });
  test.for([0, -1, NaN, Infinity])("refuses a largest margin of %d", (maxMargin) => {
    expect(() => ldamMargins([1, 2], { maxMargin })).toThrow("ldamMargins: expected maxMargin to be above 0");
  });
});

suite("ldamMargins with a free exponent", () => {
  test("halves the margin for 8 times the examples at 1/3, and for 4 times at 1/2", () => {
    expect(ldamMargins([1, 8], { exponent: 1 / 3 })[1]).toBeCloseTo(0.25, 12);
    expect(ldamMargins([1, 4], { exponent: 1 / 2 })[1]).toBe(0.25);
  });
  property.prop([someCounts])("gives equal margins at 0", (counts) => {
    expect(ldamMargins(counts, { exponent: 0 })).toEqual(uniformMargins(counts.length, 0.5));
  });
  test.for([-0.1, NaN, Infinity])("refuses an exponent of %d", (exponent) => {
    expect(() => ldamMargins([1, 2], { exponent })).toThrow(
      "ldamMargins: expected exponent to be at least 0",
    );
  });
});

suite("marginConstant", () => {
  test.for([
    ["CIFAR-10", { classes: 10, max: 5000, ratio: 100 }, 1.3296],
    ["CIFAR-100", { classes: 100, max: 500, ratio: 100 }, 0.7477],
  ] as const)("is that of the paper on long-tailed %s", ([, options, constant]) => {
    expect(marginConstant(profileCounts("longtail", options))).toBeCloseTo(constant, 4);
  });
  property.prop([someCounts, fc.double({ min: 0, max: 1, noNaN: true })])(
    "is the C of Δ_j = C n_j^(-p)",
    (counts, exponent) => {
      const c = marginConstant(counts, { exponent });
      ldamMargins(counts, { exponent }).forEach((margin, j) => {
        expect((c * counts[j]! ** -exponent) / margin).toBeCloseTo(1, 12); // a few roundings of powers
      });
    },
  );
});

suite("testPriorMargins", () => {
  const twoLists = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 })), { minLength: 2 })
    .map((pairs) => [pairs.map(([n]) => n), pairs.map(([, test]) => test)] as const);

  property.prop([someCounts, fc.integer({ min: 1, max: 1e6 })])(
    "gives LDAM's margins for a balanced test set",
    (counts, each) => {
      const ldam = ldamMargins(counts);
      testPriorMargins(
        counts,
        counts.map(() => each),
      ).forEach((margin, j) => {
        expect(margin / ldam[j]!).toBeCloseTo(1, 12);
      });
    },
  );
  property.prop([someCounts])("gives equal margins for a test set like the training data", (counts) => {
    expect(testPriorMargins(counts, counts)).toEqual(uniformMargins(counts.length, 0.5));
  });
  property.prop([twoLists, fc.integer({ min: 2, max: 1000 })])(
    "depends on the shares of the test set, not on its size",
    ([counts, testCounts], times) => {
      const larger = testPriorMargins(
        counts,
        testCounts.map((n) => n * times),
      );
      testPriorMargins(counts, testCounts).forEach((margin, j) => {
        expect(larger[j]! / margin).toBeCloseTo(1, 12);
      });
    },
  );
  property.prop([twoLists])("gives the largest margin exactly maxMargin", ([counts, testCounts]) => {
    expect(Math.max(...testPriorMargins(counts, testCounts, { maxMargin: 0.3 }))).toBe(0.3);
  });
  test("gives a class that is 16 times rarer in the test half the margin", () => {
    expect([...testPriorMargins([100, 100], [160, 10])]).toEqual([0.5, 0.25]);
  });
  test("gives no margin to a class that the test set has not", () => {
    expect([...testPriorMargins([100, 100], [0, 10])]).toEqual([0, 0.5]);
  });
  test("names what is impossible", () => {
    expect(() => testPriorMargins([5, 5], [1, 2, 3])).toThrow("testCounts to be of 2 classes");
    expect(() => testPriorMargins([5, 5], [1, -1])).toThrow("testCounts[1] to be at least 0, got -1.");
    expect(() => testPriorMargins([5, 5], [0, 0])).toThrow(
      "testCounts to be above 0 for some class, got [0, 0].",
    );
    expect(() => testPriorMargins([5, 0], [1, 1])).toThrow("testPriorMargins: expected counts[1]");
  });
});

suite("uniformMargins", () => {
  test("gives every class the same", () => {
    expect([...uniformMargins(3, 0.5)]).toEqual([0.5, 0.5, 0.5]);
  });
  test("allows no margin, not less", () => {
    expect([...uniformMargins(2, 0)]).toEqual([0, 0]);
    expect(() => uniformMargins(2, -0.1)).toThrow(
      "uniformMargins: expected margin to be at least 0, got -0.1.",
    );
    expect(() => uniformMargins(1, 0.5)).toThrow("classes");
  });
});
