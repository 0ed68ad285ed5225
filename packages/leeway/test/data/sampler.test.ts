import { describe as suite, expect, test } from "vitest";
import { epochOrder } from "../../src/data/index.ts";

/** 900 examples of class 0, 90 of class 1, 10 of class 2. */
const labels = Array.from({ length: 1000 }, (_, i) => (i < 900 ? 0 : i < 990 ? 1 : 2));

function drawsPerClass(odds: readonly number[], epochs: number): number[] {
  const counts = odds.map(() => 0);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const position of epochOrder(labels, odds, { seed: 0, epoch })) counts[labels[position]!]! += 1;
  }
  return counts;
}

suite("epochOrder", () => {
  test("shows each example once where the odds are equal", () => {
    const order = epochOrder(labels, [0.5, 0.5, 0.5], { seed: 3, epoch: 1 });
    expect([...order].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
  });

  test("differs from epoch to epoch and from seed to seed, and repeats for both", () => {
    const order = (seed: number, epoch: number): string =>
      epochOrder(labels, [1, 1, 1], { seed, epoch }).join();
    expect(order(0, 0)).toBe(order(0, 0));
    expect(order(0, 0)).not.toBe(order(0, 1));
    expect(order(0, 0)).not.toBe(order(1, 0));
  });

  test("draws every class equally often with odds of 1/n", () => {
    // 10,000 draws at 1/3: standard deviation 47; 250 is more than five of them.
    for (const count of drawsPerClass([1 / 900, 1 / 90, 1 / 10], 10)) {
      expect(Math.abs(count - 10_000 / 3)).toBeLessThan(250);
    }
  });

  test("draws an example in proportion to its class's odds", () => {
    const counts = drawsPerClass([1, 10, 0], 10);
    // 900 · 1 : 90 · 10 : 10 · 0; standard deviation 50.
    expect(Math.abs(counts[0]! - 5000)).toBeLessThan(300);
    expect(counts[2]).toBe(0);
  });

  test("draws as many as there are examples, from all of a class", () => {
    const order = epochOrder(labels, [1 / 900, 1 / 90, 1 / 10], { seed: 0, epoch: 0 });
    expect(order.length).toBe(1000);
    expect(new Set([...order].filter((position) => labels[position] === 2)).size).toBe(10);
  });

  test("gives nothing for no examples", () => {
    expect(epochOrder([], [1, 2], { seed: 0, epoch: 0 }).length).toBe(0);
  });

  test("refuses odds that mean nothing", () => {
    const call = (odds: readonly number[]) => () => epochOrder([0, 1], odds, { seed: 0, epoch: 0 });
    expect(call([1, -1])).toThrow(
      "epochOrder: expected samplingOdds[1] to be a finite number of at least 0, got -1.",
    );
    expect(call([1, Number.NaN])).toThrow("samplingOdds[1]");
    expect(call([0, 0])).toThrow("samplingOdds to be above 0 for a class with examples");
    expect(call([1])).toThrow("labels[1]");
  });
});
