import { describe as suite, expect, test } from "vitest";
import { betaBelow, betaQuantile, clopperPearson } from "../../src/metrics/clopper-pearson.ts";

/** P(Binomial(n, p) >= k), term by term. */
function atLeast(k: number, n: number, p: number): number {
  let [logChoose, sum] = [0, 0];
  for (let i = 0; i <= n; i++) {
    if (i > 0) logChoose += Math.log((n - i + 1) / i);
    if (i >= k) sum += Math.exp(logChoose + i * Math.log(p) + (n - i) * Math.log(1 - p));
  }
  return sum;
}

suite("clopperPearson", () => {
  test("leaves a fortieth of the binomial distribution on each side", () => {
    for (const n of [1, 2, 5, 10, 50, 200]) {
      for (const k of new Set([0, 1, Math.floor(n / 3), n - 1, n])) {
        const [lower, upper] = clopperPearson(k, n);
        if (k > 0) expect(atLeast(k, n, lower)).toBeCloseTo(0.025, 10);
        if (k < n) expect(1 - atLeast(k + 1, n, upper)).toBeCloseTo(0.025, 10);
      }
    }
  });

  test("has closed forms where nothing or everything succeeds", () => {
    expect(clopperPearson(0, 10)).toEqual([0, expect.closeTo(1 - 0.025 ** 0.1, 12)]);
    expect(clopperPearson(10, 10)).toEqual([expect.closeTo(0.025 ** 0.1, 12), 1]);
    expect(clopperPearson(0, 10, { confidence: 0.9 })[1]).toBeCloseTo(1 - 0.05 ** 0.1, 12);
  });

  test("is exact for millions of trials, too", () => {
    // Nearly normal: the ends are 1.96 standard errors from the share, and half a success more.
    const [lower, upper] = clopperPearson(1e6, 1e7);
    const error = 1.959964 * Math.sqrt((0.1 * 0.9) / 1e7);
    expect((lower - 0.1) / -error).toBeCloseTo(1, 2);
    expect((upper - 0.1) / error).toBeCloseTo(1, 2);
    // Rare: 10 of 10 million is Poisson's; half of χ²'s quantiles 0.025 at 20 and 0.975 at 22 degrees.
    const [few, many] = clopperPearson(10, 1e7);
    expect(few * 1e7).toBeCloseTo(4.795389, 4);
    expect(many * 1e7).toBeCloseTo(18.390356, 4);
  });

  test("rejects what is no share", () => {
    expect(() => clopperPearson(0, 0)).toThrow(
      "clopperPearson: expected trials to be a whole number of at least 1, got 0.",
    );
    expect(() => clopperPearson(3, 2)).toThrow(
      "clopperPearson: expected successes to be a whole number from 0 to 2, got 3.",
    );
    expect(() => clopperPearson(1, 2, { confidence: 1 })).toThrow("above 0 and below 1");
  });
});

suite("betaQuantile", () => {
  test("inverts betaBelow", () => {
    for (const [a, b] of [
      [1, 1],
      [9, 1],
      [0.5, 3],
      [90, 10],
      [1e5, 3],
    ] as const) {
      for (const share of [0.001, 0.025, 0.5, 0.975]) {
        expect(betaBelow(betaQuantile(share, a, b), a, b)).toBeCloseTo(share, 9);
      }
    }
  });
});
