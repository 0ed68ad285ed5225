import { describe as suite, expect, test } from "vitest";
import { chiSquaredTail, normalTail } from "../../src/metrics/chi-squared.ts";

suite("chiSquaredTail", () => {
  // The table of any textbook.
  test.for([
    [3.841, 1, 0.05],
    [6.635, 1, 0.01],
    [9.21, 2, 0.01],
    [23.209, 10, 0.01],
    [124.342, 100, 0.05],
  ] as const)("of %d with %i degrees is about %d", ([statistic, degrees, chance]) => {
    expect(Math.abs(chiSquaredTail(statistic, degrees) / chance - 1)).toBeLessThan(0.06);
  });
});

suite("normalTail", () => {
  test("is half at 0, 2.5 % at 1.96 and the rest on the other side", () => {
    expect(normalTail(0)).toBeCloseTo(0.5, 6);
    expect(normalTail(1.959964)).toBeCloseTo(0.025, 6);
    expect(normalTail(-1.959964)).toBeCloseTo(0.975, 6);
  });
});
