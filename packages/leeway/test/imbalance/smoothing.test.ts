import { describe as suite, expect, test } from "vitest";
import { labelSmoothing } from "../../src/imbalance/index.ts";

suite("labelSmoothing", () => {
  test("goes from tail to head with the class's size, along a quarter of a sine", () => {
    // A third of the way from 10 to 310 is 110: sin(π/2 · 1/3) = 1/2.
    const [most, between, least] = labelSmoothing([310, 110, 10], { head: 0.3, tail: 0.1 });
    expect(most).toBeCloseTo(0.3, 12);
    expect(between).toBeCloseTo(0.1 + 0.2 * 0.5, 12);
    expect(least).toBeCloseTo(0.1, 12);
  });
  test("is head's where counts are equal", () => {
    expect([...labelSmoothing([7, 7])]).toEqual([0.3, 0.3]);
  });
  test.for([
    [{ head: 1 }, "head"],
    [{ tail: -0.1 }, "tail"],
    [{ head: NaN }, "head"],
  ] as const)("refuses %o", ([options, name]) => {
    expect(() => labelSmoothing([2, 1], options)).toThrow(`labelSmoothing: expected ${name} to be in [0, 1)`);
  });
  test("names the class that has no examples", () => {
    expect(() => labelSmoothing([3, 0])).toThrow("labelSmoothing: expected counts[1] to be a whole number");
  });
});
