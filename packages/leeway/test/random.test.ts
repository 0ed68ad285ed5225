import { fc, test as property } from "@fast-check/vitest";
import { describe as suite, expect, test } from "vitest";
import { ArgumentError } from "../src/errors.ts";
import { permutation, random, type Random } from "../src/random.ts";

const draws = (from: Random, n = 5): number[] => Array.from({ length: n }, () => from.uniform());

suite("random", () => {
  test("gives the same numbers for the same seed and path", () => {
    expect(draws(random(7, "order", 3))).toEqual(draws(random(7, "order", 3)));
  });
  test("gives the same numbers on every machine", () => {
    expect(draws(random(0, "order", 0), 3).map((u) => u * 2 ** 32)).toMatchInlineSnapshot(`
      [
        1494610722,
        2877714728,
        433092638,
      ]
    `);
  });
  test("gives other numbers for another seed, name or counter", () => {
    const all = [random(7, "a", 0), random(8, "a", 0), random(7, "b", 0), random(7, "a", 1)];
    expect(new Set(all.map((from) => draws(from).join())).size).toBe(4);
  });
  test("is even: the mean of 10,000 numbers is within 4 standard errors of 1/2", () => {
    const mean = draws(random(1, "even"), 10_000).reduce((sum, u) => sum + u, 0) / 10_000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 10_000));
  });
  property.prop([fc.nat(), fc.integer({ min: 1, max: 1000 })])(
    "below(bound) is in [0, bound)",
    (seed, bound) => {
      const from = random(seed, "below");
      for (let i = 0; i < 20; i++) {
        const drawn = from.below(bound);
        expect(Number.isInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true);
      }
    },
  );
  test("wants a whole seed of at least 0", () => {
    expect(() => random(-1)).toThrow("random: expected seed to be a whole number of at least 0, got -1.");
    expect(() => random(0.5)).toThrow(ArgumentError);
  });
});

suite("permutation", () => {
  property.prop([fc.nat({ max: 200 }), fc.nat()])("holds each number once", (length, seed) => {
    const order = permutation(length, random(seed, "permutation"));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
  });
  test("has each number at each place equally often", () => {
    const from = random(3, "even");
    const first = [0, 0, 0, 0];
    for (let i = 0; i < 4000; i++) first[permutation(4, from)[0]!]! += 1;
    // Binomial(4000, 1/4): standard deviation √750 ≈ 27; five of them.
    for (const count of first) expect(Math.abs(count - 1000)).toBeLessThan(137);
  });
});
