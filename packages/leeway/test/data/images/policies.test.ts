import { imageChanges } from "@leeway/torch";
import { describe as suite, expect, test } from "vitest";
import { type AugmentPolicy, augmentPolicies } from "../../../src/catalogue/index.ts";
import { policyChanges } from "../../../src/data/images/policies.ts";
import { random } from "../../../src/random.ts";

/** Of many images what was done first, and how large it was. */
function firstChanges(policy: AugmentPolicy): Map<string, number[]> {
  const { count, draw } = policyChanges(policy, { channels: 3, height: 32, width: 32 }, random(0, "policy"));
  const into = new Float64Array(2 * count);
  const drawn = new Map<string, number[]>();
  for (let i = 0; i < 20_000; i++) {
    draw(into);
    const change = imageChanges[into[0]!]!;
    drawn.set(change, [...(drawn.get(change) ?? []), into[1]!]);
  }
  return drawn;
}

/** Magnitudes as they are, without repeats, in order. */
const distinct = (values: readonly number[] = []): number[] => [...new Set(values)].sort((a, b) => a - b);

suite("policyChanges", () => {
  test("AutoAugment makes the first changes of its pairs at their odds and levels", () => {
    const drawn = firstChanges("autoaugment");
    // Of 25 pairs one begins with a rotation at level 2 of 0 to 9, up to 30 degrees, made in 0.7 of its draws.
    const turns = drawn.get("rotate")!;
    expect(distinct(turns).map(Math.abs)).toEqual([60 / 9, 60 / 9]);
    expect(turns.length / 20_000).toBeCloseTo(0.7 / 25, 2);
    // Four pairs begin with a shift down, at levels 3 and 9.
    const side = (150 / 331) * 32;
    const downs = distinct(drawn.get("translate-y")!.map(Math.abs));
    expect(downs).toHaveLength(2);
    [3, 9].forEach((level, i) => {
      expect(downs[i]).toBeCloseTo((level / 9) * side, 10);
    });
    expect(distinct(drawn.get("equalize"))).toEqual([0]);
  });

  test("RandAugment makes two of 14 changes as often, at level 9 of 30, and never inverts", () => {
    const { count } = policyChanges("randaugment", { channels: 1, height: 28, width: 28 }, random(0));
    expect(count).toBe(2);
    const drawn = firstChanges("randaugment");
    expect(drawn.size).toBe(14);
    expect(drawn.has("invert")).toBe(false);
    expect(distinct(drawn.get("rotate"))).toEqual([-9, 9]);
    expect(distinct(drawn.get("posterize"))).toEqual([7]);
    for (const values of drawn.values()) expect(values.length / 20_000).toBeCloseTo(1 / 14, 1);
  });

  test("TrivialAugment makes one change at any of 31 levels, over a wider range", () => {
    const drawn = firstChanges("trivialaugment");
    expect(drawn.size).toBe(14);
    expect(distinct(drawn.get("rotate"))).toHaveLength(61); // 30 either way, and 0
    expect(Math.max(...drawn.get("translate-x")!)).toBe(32);
    // Bits that stay, rounded as PyTorch rounds: halves to even numbers.
    expect(distinct(drawn.get("posterize"))).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  test("the same stream gives the same changes", () => {
    for (const policy of augmentPolicies) expect(firstChanges(policy)).toEqual(firstChanges(policy));
  });
});
