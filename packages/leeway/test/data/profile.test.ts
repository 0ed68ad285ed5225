import { describe as suite, expect, test } from "vitest";
import { keepProfile } from "../../src/data/index.ts";
import { classCounts } from "../../src/imbalance/index.ts";
import { tinyDataset } from "./tiny-dataset.ts";

const dataset = tinyDataset(Array.from({ length: 60 }, (_, i) => i % 3));

suite("keepProfile", () => {
  test("keeps exactly as many of each class as asked", () => {
    expect(classCounts(keepProfile(dataset, [20, 7, 1], 0).labels, 3)).toEqual([20, 7, 1]);
  });

  test("keeps the original order and the labels of what it keeps", () => {
    const kept = keepProfile(dataset, [5, 5, 5], 0);
    expect([...kept.ids]).toEqual([...kept.ids].sort((a, b) => a - b));
    expect([...kept.labels]).toEqual(Array.from(kept.ids, (id) => (id - 1000) % 3));
  });

  test("keeps the same for the same seed, and others for another", () => {
    const ids = (seed: number): string => keepProfile(dataset, [9, 9, 9], seed).ids.join();
    expect(ids(0)).toBe(ids(0));
    expect(ids(0)).not.toBe(ids(1));
  });

  test("keeps a part of what a larger count keeps", () => {
    const larger = new Set(keepProfile(dataset, [20, 10, 5], 4).ids);
    expect([...keepProfile(dataset, [20, 4, 1], 4).ids].every((id) => larger.has(id))).toBe(true);
  });

  test("refuses more than a class has", () => {
    expect(() => keepProfile(dataset, [20, 21, 1], 0)).toThrow(
      "keepProfile: expected counts[1] to be at most 20, the examples of class 1, got 21.",
    );
  });

  test("refuses counts for another number of classes", () => {
    expect(() => keepProfile(dataset, [20, 20], 0)).toThrow(
      "expected counts to be 3 numbers, one a class of tiny, got 2.",
    );
  });
});
