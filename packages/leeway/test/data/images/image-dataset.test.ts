import { describe as suite, expect, test } from "vitest";
import { tinyDataset } from "../tiny-dataset.ts";

suite("imageDataset.select", () => {
  const dataset = tinyDataset([0, 1, 2, 0]);

  test("copies the examples in the order asked for", () => {
    const some = dataset.select([3, 1]);
    expect([...some.labels]).toEqual([0, 1]);
    expect([...some.ids]).toEqual([1003, 1001]);
    expect([...some.pixels]).toEqual([3, 1]);
  });

  test("keeps ids through a second selection", () => {
    expect([...dataset.select([3, 1]).select([1]).ids]).toEqual([1001]);
  });

  test("leaves the data set it was given alone", () => {
    dataset.select([2]).pixels[0] = 99;
    expect([...dataset.pixels]).toEqual([0, 1, 2, 3]);
  });

  test.for([4, -1, 0.5, Number.NaN])("refuses position %d", (index) => {
    expect(() => dataset.select([0, index])).toThrow(
      `select: expected indices[1] to be a whole number from 0 to 3, got ${index}.`,
    );
  });
});
