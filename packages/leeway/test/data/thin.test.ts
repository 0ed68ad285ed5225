import { describe as suite, expect, test } from "vitest";
import { thin } from "../../src/data/index.ts";
import { classCounts } from "../../src/imbalance/index.ts";
import { tinyDataset } from "./tiny-dataset.ts";

const dataset = tinyDataset([...Array<number>(40).fill(0), ...Array<number>(20).fill(1)]);

suite("thin", () => {
  test("leaves a class its share and the others all", () => {
    expect(classCounts(thin(dataset, { "class 0": 0.1 }, 0).labels, 2)).toEqual([4, 20]);
  });
  test("leaves a class at least one example", () => {
    expect(classCounts(thin(dataset, { "class 1": 0.001 }, 0).labels, 2)).toEqual([40, 1]);
  });
  test("leaves all to a class that is called as what every object has", () => {
    const odd = { ...dataset, classNames: ["constructor", "toString"] };
    expect(classCounts(thin(odd, {}, 0).labels, 2)).toEqual([40, 20]);
    expect(classCounts(thin(odd, { toString: 0.5 }, 0).labels, 2)).toEqual([40, 10]);
  });
  test("keeps for a smaller share a part of what it keeps for a larger one", () => {
    const ids = (share: number): number[] => [...thin(dataset, { "class 0": share }, 0).ids];
    expect(ids(0.5)).toEqual(expect.arrayContaining(ids(0.2)));
  });
  test("keeps the same for the same seed, and others for another", () => {
    const ids = (seed: number): string => thin(dataset, { "class 0": 0.3 }, seed).ids.join();
    expect(ids(1)).toBe(ids(1));
    expect(ids(1)).not.toBe(ids(2));
  });
  test("guesses the class of a misspelt name", () => {
    expect(() => thin(dataset, { "clas 0": 0.5 }, 0)).toThrow('Did you mean "class 0"?');
  });
  test.for([0, -1, 1.5, Number.NaN])("refuses a share of %d", (share) => {
    expect(() => thin(dataset, { "class 0": share }, 0)).toThrow("keep.class 0 to be above 0 and at most 1");
  });
});
