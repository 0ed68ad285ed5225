import { describe as suite, expect, test } from "vitest";
import { linearScale, logScale, logTicks, roundTicks } from "../../src/report/numbers/scale.ts";

suite("linearScale and logScale", () => {
  test("map the ends of the domain to those of the range", () => {
    expect([0, 5, 10].map(linearScale([0, 10], [100, 0]))).toEqual([100, 50, 0]);
    expect(logScale([1, 100], [0, 8])(10)).toBeCloseTo(4, 12);
  });

  test("do not divide by nothing where all values are equal", () => {
    expect(linearScale([3, 3], [0, 10])(3)).toBe(0);
  });
});

suite("roundTicks", () => {
  test("are multiples of 1, 2 or 5 inside the domain", () => {
    expect(roundTicks([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(roundTicks([-7.4, 9.1], 4)).toEqual([-5, 0, 5]);
    expect(roundTicks([1, 30], 8)).toEqual([5, 10, 15, 20, 25, 30]);
  });

  test("are one for a domain of one value", () => {
    expect(roundTicks([2, 2], 4)).toEqual([2]);
  });
});

suite("logTicks", () => {
  test("are 1, 2 and 5 times powers of ten, and of wide domains powers of ten", () => {
    expect(logTicks([4, 120])).toEqual([5, 10, 20, 50, 100]);
    expect(logTicks([1, 10_000])).toEqual([1, 10, 100, 1000, 10_000]);
  });
});
