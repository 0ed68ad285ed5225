import { describe as suite, expect, test } from "vitest";
import {
  datasetFacts,
  datasetNames,
  inputKinds,
  networkNames,
  requireReaderOptions,
} from "../../src/catalogue/index.ts";
import { cifar100Layout, cifar10Layout } from "../../src/data/catalogue/cifar-layouts.ts";
import { fashionMnistLayout, mnistLayout } from "../../src/data/catalogue/mnist.ts";
import { datasets } from "../../src/data/index.ts";
import { families } from "../../src/models/index.ts";

suite("the catalogue's facts", () => {
  test("are of the data sets that can be read, in their order", () => {
    expect(datasets.map(({ name }) => name)).toEqual(datasetNames);
    for (const { name, kind, input } of datasets) expect([name, kind]).toEqual([name, input.kind]);
  });
  test.for([cifar10Layout, cifar100Layout])("agree with the layout of $name", (layout) => {
    const sizeOf = (split: string): number =>
      layout.batches.reduce((sum, batch) => sum + (batch.split === split ? batch.records : 0), 0);
    const classes = layout.classNames.length;
    const [trainSize, testSize] = [sizeOf("train"), sizeOf("test")];
    expect(datasetFacts(layout.name)).toMatchObject({ classes, trainSize, testSize });
    expect(datasetFacts(layout.name).smallestClass).toBe(trainSize / classes); // they are of one size
  });
  test.for([fashionMnistLayout, mnistLayout])("agree with the layout of $name", (layout) => {
    const { train, test: held } = layout.records;
    const expected = { classes: layout.classNames.length, trainSize: train, testSize: held };
    expect(datasetFacts(layout.name)).toMatchObject(expected);
  });
});

suite("networkNames", () => {
  test.for(inputKinds)("are those of the families that take data of kind %s", (kind) => {
    const its = families.filter(({ input }) => input === kind).flatMap(({ names }) => names);
    expect(networkNames(kind).toSorted()).toEqual(its.toSorted());
  });
});

suite("requireReaderOptions", () => {
  test("takes what the kind's reader has, a column for a list of one", () => {
    requireReaderOptions({ kind: "table", options: { numeric: "a", ignore: ["b", "c"] } });
    requireReaderOptions({ kind: "image", options: { size: 32, flip: false, root: "photos" } });
  });
  test("names the option it refuses, with its range or the nearest name", () => {
    expect(() => {
      requireReaderOptions({ kind: "image", options: { size: 4 } });
    }).toThrow("recipe: expected source.options.size to be a whole number from 8 to 1024, got 4.");
    expect(() => {
      requireReaderOptions({ kind: "table", options: { numerc: ["a"] } });
    }).toThrow('expected source.options.numerc not to be there, got ["a"]. Did you mean "numeric"?');
  });
});
