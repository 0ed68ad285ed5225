import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import { coveringCapacity, linearHeadRademacher, rademacherOf } from "../../src/imbalance/index.ts";
import { random } from "../../src/random.ts";

const someCounts = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 2, maxLength: 50 });
const someCapacity = fc.double({ min: 1e-3, max: 1e6, noNaN: true });

suite("rademacherOf", () => {
  test("is √(C/n_j) for a capacity C", () => {
    expect([...rademacherOf([4, 100], { capacity: 9 })]).toEqual([3 / 2, 3 / 10]);
  });
  test("is what is given in the other reading", () => {
    expect([...rademacherOf([4, 100], { rademacher: [0.2, 0.1] })]).toEqual([0.2, 0.1]);
  });
  test("names what is impossible", () => {
    expect(() => rademacherOf([4, 100], { capacity: -1 })).toThrow("capacity to be at least 0, got -1.");
    expect(() => rademacherOf([4, 100], { rademacher: [1] })).toThrow(
      "rademacher to be of 2 classes, got 1.",
    );
    expect(() => rademacherOf([4, 100], { rademacher: [1, NaN] })).toThrow("rademacher[1] to be at least 0");
  });
});

suite("coveringCapacity", () => {
  property.prop([someCounts, someCapacity])("gives a capacity back", (counts, capacity) => {
    expect(coveringCapacity(counts, rademacherOf(counts, { capacity })) / capacity).toBeCloseTo(1, 12);
  });
  test("is that of the class that needs most", () => {
    expect(coveringCapacity([4, 100], [1, 0.3])).toBeCloseTo(100 * 0.3 ** 2, 12);
  });
});

suite("linearHeadRademacher", () => {
  test("is 2K/√n_j for a cosine head", () => {
    const head = { weightNorm: Math.sqrt(10), squaredFeatureNorms: Array<number>(10).fill(1) };
    const counts = [400, 100, 100, 100, 100, 100, 100, 100, 100, 25];
    expect(linearHeadRademacher(counts, head)[0]).toBeCloseTo(20 / 20, 12);
    expect(linearHeadRademacher(counts, head)[9]).toBeCloseTo(20 / 5, 12);
  });
  test("bounds what random signs find among linear heads", () => {
    // Two classes: the margin is ⟨w₁ - w₂, x⟩, and heads of norm B reach at most √2 B ‖Σ σ_i x_i‖.
    const [examples, norm] = [40, 1.5];
    const signs = random(0, "signs");
    const features = Array.from({ length: examples }, () => [signs.uniform() - 0.5, signs.uniform() - 0.5]);
    const sign = (): number => (signs.uniform() < 0.5 ? -1 : 1);
    const draws = Array.from({ length: 2000 }, () => {
      const sum = features.reduce(
        ([x, y], [a, b]) => {
          const s = sign();
          return [x! + s * a!, y! + s * b!]; // both of length 2
        },
        [0, 0],
      );
      return (Math.SQRT2 * norm * Math.hypot(...sum)) / examples;
    });
    const mean = draws.reduce((total, each) => total + each, 0) / draws.length;
    const square = features.reduce((total, each) => total + Math.hypot(...each) ** 2, 0) / examples;
    const [bound] = linearHeadRademacher([examples, examples], {
      weightNorm: norm,
      squaredFeatureNorms: [square, square],
    });
    expect(mean).toBeLessThan(bound!);
    expect(mean).toBeGreaterThan(bound! / 4); // else the bound would be of no use
  });
});
