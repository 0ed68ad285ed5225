import { describe as suite, expect, test } from "vitest";
import { keepTestProfile, testProfileCounts } from "../../src/data/index.ts";
import { classCounts } from "../../src/imbalance/index.ts";
import { colouredImages } from "../runs/tiny-run.ts";

suite("testProfileCounts", () => {
  const counts = (seed: number): number[] =>
    testProfileCounts({ profile: "longtail", ratio: 8, seed }, { classes: 4, max: 80 });

  test("deals the profile's counts to the classes in another order for each seed", () => {
    expect(counts(1).toSorted((one, other) => other - one)).toEqual([80, 40, 20, 10]);
    const orders = new Set(Array.from({ length: 20 }, (_, seed) => counts(seed).join()));
    expect(orders.size).toBeGreaterThan(5);
    expect(counts(1)).toEqual(counts(1));
  });
});

suite("keepTestProfile", () => {
  test("leaves as many of each class as the counts say", () => {
    const profile = { profile: "step", ratio: 4, seed: 3 } as const;
    const kept = keepTestProfile(colouredImages("test", [8, 8, 8, 8]), profile);
    expect(classCounts(kept.labels, 4)).toEqual(testProfileCounts(profile, { classes: 4, max: 8 }));
  });
});
