import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import { imbalanceRatio, profileCounts, type Profile } from "../../src/imbalance/index.ts";

suite("profileCounts", () => {
  test("keeps whole what rounding would take a last bit from", () => {
    // 147 / 49 is 3, but 147 · 49^(-1) is 2.9999999999999996 in floating point.
    expect(profileCounts("longtail", { classes: 3, max: 147, ratio: 49 })).toEqual([147, 21, 3]);
  });
  test("gives the middle class of an odd step to the rare half", () => {
    expect(profileCounts("step", { classes: 5, max: 100, ratio: 10 })).toEqual([100, 100, 10, 10, 10]);
  });
  test("keeps everything where balanced", () => {
    expect(profileCounts("balanced", { classes: 3, max: 7, ratio: 100 })).toEqual([7, 7, 7]);
  });
  test("equals balanced at ratio 1", () => {
    for (const profile of ["longtail", "step"] as const) {
      expect(profileCounts(profile, { classes: 3, max: 7, ratio: 1 })).toEqual([7, 7, 7]);
    }
  });
  property.prop([
    fc.constantFrom<Profile>("longtail", "step"),
    fc.integer({ min: 2, max: 200 }),
    fc.integer({ min: 1, max: 100 }),
    fc.integer({ min: 1, max: 50 }),
  ])("never rises, begins at max and has the ratio asked for", (profile, classes, ratio, rarest) => {
    const counts = profileCounts(profile, { classes, max: ratio * rarest, ratio });
    expect(counts[0]).toBe(ratio * rarest);
    expect(counts.every((n, j) => j === 0 || n <= counts[j - 1]!)).toBe(true);
    expect(imbalanceRatio(counts)).toBe(ratio);
  });
  test("refuses a ratio that leaves the rarest class empty", () => {
    expect(() => profileCounts("longtail", { classes: 10, max: 50, ratio: 100 })).toThrow(
      "profileCounts: expected ratio to be at most 50, the largest class, got 100. The rarest class would keep no example of 50.",
    );
  });
  test("refuses a ratio below 1", () => {
    expect(() => profileCounts("step", { classes: 10, max: 50, ratio: 0.01 })).toThrow(
      "profileCounts: expected ratio to be a number of at least 1, got 0.01. The ratio is that of the largest class to the smallest.",
    );
  });
  test("guesses a misspelt profile", () => {
    expect(() => profileCounts("long-tail" as Profile, { classes: 10, max: 50, ratio: 2 })).toThrow(
      'profileCounts: expected profile to be one of longtail, step, balanced, got "long-tail". Did you mean "longtail"?',
    );
  });
  test("wants whole numbers of classes and examples", () => {
    expect(() => profileCounts("step", { classes: 1, max: 50, ratio: 2 })).toThrow("classes");
    expect(() => profileCounts("step", { classes: 10, max: 0.5, ratio: 2 })).toThrow("max");
  });
});
