import { describe as suite, expect, test } from "vitest";
import { thinMostFrequent } from "../../src/data/index.ts";
import { classCounts } from "../../src/imbalance/index.ts";
import { tinyDataset } from "./tiny-dataset.ts";

/** Examples of three classes in turns: 200, 8 and 12. */
const dataset = tinyDataset(Array.from({ length: 220 }, (_, i) => (i % 11 !== 0 ? 0 : i % 55 < 22 ? 1 : 2)));

suite("thinMostFrequent", () => {
  test("thins the most frequent class alone, and tells the counts before", () => {
    const { train, unthinnedCounts } = thinMostFrequent(dataset, 0.25, 0);
    expect(classCounts(train.labels, 3)).toEqual([50, 8, 12]);
    expect(unthinnedCounts).toEqual([200, 8, 12]);
  });
  test("leaves the order of what stays", () => {
    const { ids } = thinMostFrequent(dataset, 0.25, 0).train;
    expect([...ids]).toEqual([...ids].sort((one, other) => one - other));
  });
  test("keeps for a smaller share a part of what it keeps for a larger one", () => {
    const ids = (share: number): number[] => [...thinMostFrequent(dataset, share, 0).train.ids];
    expect(ids(0.5)).toEqual(expect.arrayContaining(ids(0.1)));
  });
  test("keeps the same for the same seed, and others for another", () => {
    const ids = (seed: number): string => thinMostFrequent(dataset, 0.3, seed).train.ids.join();
    expect(ids(1)).toBe(ids(1));
    expect(ids(1)).not.toBe(ids(2));
  });
  test("says what it did, and where a class stopped it", () => {
    expect(thinMostFrequent(dataset, 0.25, 0).note).toContain('"class 0" is thinned from 200 to 50 training');
    expect(thinMostFrequent(dataset, 0.01, 0).note).toContain(
      "to 12 training examples, the size of the next",
    );
    const equal = tinyDataset([0, 0, 0, 1, 1, 1]);
    expect(thinMostFrequent(equal, 0.01, 0).note).toBe(
      '"class 0" is not thinned: all of its 3 training examples would be left',
    );
  });
});
