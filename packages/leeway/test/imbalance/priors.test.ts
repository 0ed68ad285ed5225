import { describe as suite, expect, test } from "vitest";
import { classPriors, logitMultipliers, logitOffsets } from "../../src/imbalance/index.ts";

suite("classPriors", () => {
  test("are each class's share", () => {
    expect([...classPriors([6, 3, 1])]).toEqual([0.6, 0.3, 0.1]);
  });

  test("name the class that has no examples", () => {
    expect(() => classPriors([6, 0])).toThrow("classPriors: expected counts[1]");
  });
});

suite("logitOffsets", () => {
  test("are τ log π", () => {
    expect([...logitOffsets([3, 1], { tau: 2 })]).toEqual([2 * Math.log(0.75), 2 * Math.log(0.25)]);
  });

  test("are equal for equal counts", () => {
    expect(new Set(logitOffsets([7, 7, 7])).size).toBe(1);
  });

  test("refuse a negative τ", () => {
    expect(() => logitOffsets([3, 1], { tau: -1 })).toThrow("tau to be at least 0, got -1");
  });
});

suite("logitMultipliers", () => {
  test("leave the most frequent class alone and flatten a class with 1/16 of it by 2 at γ = 1/4", () => {
    expect([...logitMultipliers([160, 10], { gamma: 0.25 })]).toEqual([1, 0.5]);
  });

  test("are all 1 at γ = 0", () => {
    expect([...logitMultipliers([9, 1], { gamma: 0 })]).toEqual([1, 1]);
  });

  test("refuse a negative γ", () => {
    expect(() => logitMultipliers([3, 1], { gamma: -0.1 })).toThrow("gamma to be at least 0, got -0.1");
  });
});
