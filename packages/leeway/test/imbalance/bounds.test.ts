import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import {
  balancedBound,
  bestMargins,
  classBounds,
  type Complexity,
  imbalancedBound,
  rademacherOf,
  theoremTwoBounds,
  tradeOffCost,
} from "../../src/imbalance/index.ts";

const someCount = fc.integer({ min: 1, max: 1_000_000 });
const someMargin = fc.double({ min: 1e-3, max: 10, noNaN: true });
const classes = fc
  .array(fc.tuple(someCount, someMargin), { minLength: 2, maxLength: 30 })
  .map((pairs) => [pairs.map(([n]) => n), pairs.map(([, margin]) => margin)] as const);
const capacity = 9;

suite("imbalancedBound", () => {
  test("is √(C/n) over the smallest margin", () => {
    expect(imbalancedBound([75, 25], [0.5, 0.2], { capacity })).toBeCloseTo(3 / 10 / 0.2, 12);
  });
  test("holds for separable data alone", () => {
    expect(imbalancedBound([75, 25], [0.5, 0], { capacity })).toBe(Infinity);
  });
});

suite("classBounds", () => {
  test("is √(C/n_j)/γ_j + log(n)/√n_j", () => {
    const [first] = classBounds([64, 36], [0.5, 0.25], { capacity });
    expect(first!.complexityTerm).toBeCloseTo(3 / 8 / 0.5, 12);
    expect(first!.lowOrderTerm).toBeCloseTo(Math.log(100) / 8, 12);
    expect(first!.bound).toBe(first!.complexityTerm + first!.lowOrderTerm);
  });
  test("takes the Rademacher complexities of the other reading as they are", () => {
    const [, second] = classBounds([64, 36], [0.5, 0.25], { rademacher: [0.1, 0.2] });
    expect(second!.complexityTerm).toBeCloseTo(0.2 / 0.25, 12);
  });
  test("says nothing of a class that is not separable", () => {
    const [first, second] = classBounds([64, 36], [0.5, -0.25], { capacity });
    expect(first!.bound).toBeLessThan(Infinity);
    expect(second!.bound).toBe(Infinity);
  });
  property.prop([fc.tuple(someCount, someCount), fc.double({ min: 0.01, max: 0.99, noNaN: true })])(
    "has for two classes the least mean where Theorem 3 says",
    (counts, share) => {
      const mean = (margins: readonly number[]): number =>
        balancedBound(classBounds(counts, margins, { capacity }));
      const best = bestMargins(counts, 1);
      expect(mean(best)).toBeLessThanOrEqual(mean([share, 1 - share]) * (1 + 1e-12));
    },
  );
  property.prop([fc.tuple(someCount, someCount), fc.tuple(someMargin, someMargin)])(
    "has for two classes as complexity terms √C times the trade-off's cost",
    (counts, margins) => {
      const [first, second] = classBounds(counts, margins, { capacity });
      const terms = first!.complexityTerm + second!.complexityTerm;
      expect(terms / (3 * tradeOffCost(counts, margins))).toBeCloseTo(1, 12);
    },
  );
  test("names the list of another length", () => {
    expect(() => classBounds([5, 6], [1], { capacity })).toThrow("margins to be of 2 classes, got 1.");
  });
});

suite("the two readings of C(F)", () => {
  property.prop([classes])("give the same where R̂_j = √(C/n_j)", ([counts, margins]) => {
    const other: Complexity = { rademacher: rademacherOf(counts, { capacity }) };
    expect(classBounds(counts, margins, other)).toEqual(classBounds(counts, margins, { capacity }));
    const [one, two] = [{ capacity }, other].map((each) => imbalancedBound(counts, margins, each));
    expect(one! / two!).toBeCloseTo(1, 12);
  });
});

suite("bounds in other units", () => {
  property.prop([classes, fc.double({ min: 0.1, max: 10, noNaN: true })])(
    "are the same: logits, and with them R̂_j, may be multiplied by anything",
    ([counts, margins], scale) => {
      const rademacher = [...rademacherOf(counts, { capacity })];
      const inUnit = (unit: number): number[] => {
        const scaled = margins.map((margin) => unit * margin);
        const complexity = { rademacher: rademacher.map((value) => unit * value) };
        const marginLosses = counts.map(() => 0.1);
        const two = { margins: scaled, marginLosses, complexity, maxLogit: 20 * unit };
        return [
          imbalancedBound(counts, scaled, complexity),
          balancedBound(classBounds(counts, scaled, complexity)),
          balancedBound(theoremTwoBounds(counts, two)),
        ];
      };
      const plain = inUnit(1);
      inUnit(scale).forEach((bound, i) => {
        expect(bound / plain[i]!).toBeCloseTo(1, 9);
      });
    },
  );
});

suite("theoremTwoBounds", () => {
  const input = {
    margins: [0.5, 0.25],
    marginLosses: [0.01, 0.02],
    complexity: { capacity },
    maxLogit: 1,
  };
  test("adds margin loss, 4 R̂_j/γ_j and ε_j", () => {
    const [, second] = theoremTwoBounds([64, 36], input, { delta: 0.1 });
    expect(second!.marginLoss).toBe(0.02);
    expect(second!.complexityTerm).toBeCloseTo((4 * (3 / 6)) / 0.25, 12);
    // log₂(2/0.25) = 3; two classes, so log(2 · 2 / 0.1).
    expect(second!.confidenceTerm).toBeCloseTo(Math.sqrt((Math.log(3) + Math.log(40)) / 36), 12);
    expect(second!.bound).toBeCloseTo(0.02 + second!.complexityTerm + second!.confidenceTerm, 12);
  });
  test("takes the double logarithm as 0 for the widest margins", () => {
    const [first] = theoremTwoBounds([64, 36], { ...input, margins: [1.9, 1.9] });
    expect(first!.confidenceTerm).toBeCloseTo(Math.sqrt(Math.log(4 / 0.05) / 64), 12);
  });
  test("says nothing where no margin is above 0", () => {
    const [first] = theoremTwoBounds([64, 36], { ...input, margins: [0, 0.25] });
    expect(first!.bound).toBe(Infinity);
  });
  test("names what is impossible", () => {
    const bounds =
      (options: Partial<typeof input>, delta = 0.05) =>
      () =>
        theoremTwoBounds([64, 36], { ...input, ...options }, { delta });
    expect(bounds({ marginLosses: [0, 2] })).toThrow("marginLosses[1] to be in [0, 1], got 2.");
    expect(bounds({ maxLogit: 0 })).toThrow("maxLogit to be above 0, got 0.");
    expect(bounds({}, 1)).toThrow("delta to be in (0, 1), got 1.");
  });
});

suite("balancedBound", () => {
  test("is the mean over the classes", () => {
    expect(balancedBound([{ bound: 1 }, { bound: 2 }])).toBe(1.5);
    expect(() => balancedBound([])).toThrow("bounds to be those of at least one class");
  });
});
