import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import {
  effectiveNumbers,
  effectiveNumberWeights,
  inverseFrequencyWeights,
  multipliedWeights,
  powerWeights,
  squareRootWeights,
} from "../../src/imbalance/index.ts";

const someCounts = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 2, maxLength: 50 });
const sum = (weights: Float64Array): number => weights.reduce((total, weight) => total + weight, 0);

suite.for([
  ["effectiveNumberWeights", effectiveNumberWeights],
  ["inverseFrequencyWeights", inverseFrequencyWeights],
  ["squareRootWeights", squareRootWeights],
  ["powerWeights", (counts: readonly number[]) => powerWeights(counts, { power: 0.3 })],
] as const)("%s", ([name, weightsOf]) => {
  property.prop([someCounts])("has sum K", (counts) => {
    expect(sum(weightsOf(counts))).toBeCloseTo(counts.length, 9);
  });
  property.prop([someCounts])("weighs a rarer class no less", (counts) => {
    const weights = weightsOf([...counts].sort((a, b) => a - b));
    expect(weights.every((weight, j) => j === 0 || weight <= weights[j - 1]!)).toBe(true);
  });
  test("gives 1 where counts are equal", () => {
    for (const weight of weightsOf([40, 40, 40])) expect(weight).toBeCloseTo(1, 12);
  });
  test("names the class that has no examples", () => {
    expect(() => weightsOf([3, 0])).toThrow(
      `${name}: expected counts[1] to be a whole number of at least 1, got 0.`,
    );
  });
});

suite("effectiveNumberWeights", () => {
  test("weighs 1/(1 + β) against 1 for two examples against one", () => {
    const [two, one] = effectiveNumberWeights([2, 1], { beta: 0.5 }) as unknown as [number, number];
    expect(two / one).toBeCloseTo(1 / 1.5, 12);
  });
  test("gives equal weights for β = 0", () => {
    expect([...effectiveNumberWeights([1, 1000], { beta: 0 })]).toEqual([1, 1]);
  });
  test("comes to inverse frequencies for β near 1", () => {
    const near = effectiveNumberWeights([7, 300, 20], { beta: 1 - 1e-12 });
    inverseFrequencyWeights([7, 300, 20]).forEach((weight, j) => {
      expect(near[j]).toBeCloseTo(weight, 9);
    });
  });
  test.for([1, -0.1, NaN])("refuses β = %d", (beta) => {
    expect(() => effectiveNumberWeights([1, 2], { beta })).toThrow("expected beta to be in [0, 1)");
  });
});

suite("inverseFrequencyWeights", () => {
  test("weighs a class with a third of the examples three times", () => {
    const weights = inverseFrequencyWeights([30, 10]);
    expect(weights[0]).toBeCloseTo(1 / 2, 12);
    expect(weights[1]).toBeCloseTo(3 / 2, 12);
  });
});

suite("squareRootWeights", () => {
  test("weighs a class with a quarter of the examples twice", () => {
    const weights = squareRootWeights([40, 10]);
    expect(weights[0]).toBeCloseTo(2 / 3, 12);
    expect(weights[1]).toBeCloseTo(4 / 3, 12);
  });
});

suite("effectiveNumbers", () => {
  test("counts 1 + β + β² for three examples", () => {
    expect(effectiveNumbers([1, 3], { beta: 0.5 })[0]).toBe(1);
    expect(effectiveNumbers([1, 3], { beta: 0.5 })[1]).toBeCloseTo(1.75, 12);
  });
  property.prop([someCounts])("is at most the number of examples, and at most 1/(1 - β)", (counts) => {
    effectiveNumbers(counts).forEach((number, j) => {
      expect(number).toBeLessThanOrEqual(counts[j]! * (1 + 1e-9)); // rounding of 1 - β
      expect(number).toBeLessThanOrEqual(10_000 * (1 + 1e-9));
    });
  });
  property.prop([someCounts])("is what the weights are one over", (counts) => {
    const products = effectiveNumberWeights(counts).map((w, j) => w * effectiveNumbers(counts)[j]!);
    for (const product of products) expect(product / products[0]!).toBeCloseTo(1, 9);
  });
});

suite("powerWeights", () => {
  const counts = [900, 90, 10];
  test.for([
    [0, [1, 1, 1]],
    [0.5, squareRootWeights(counts)],
    [1, inverseFrequencyWeights(counts)],
  ] as const)("of %d are those between all alike and inverse frequency", ([power, expected]) => {
    powerWeights(counts, { power }).forEach((weight, j) => {
      expect(weight).toBeCloseTo(expected[j]!, 12);
    });
  });
  test.for([1.1, -0.1, NaN])("refuses p = %d", (power) => {
    expect(() => powerWeights(counts, { power })).toThrow("expected power to be in [0, 1]");
  });
});

suite("multipliedWeights", () => {
  test("keeps the ratio of weight times factor, with sum K", () => {
    expect([...multipliedWeights(Float64Array.of(0.5, 1.5), Float64Array.of(6, 1))]).toEqual([4 / 3, 2 / 3]);
  });
  test("leaves every bit as it is where the factors are all alike", () => {
    const weights = inverseFrequencyWeights([7, 3, 11]);
    expect(multipliedWeights(weights, Float64Array.of(0.3, 0.3, 0.3))).toBe(weights);
  });
});
