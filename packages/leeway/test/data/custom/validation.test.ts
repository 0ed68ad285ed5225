import { describe as suite, expect, test } from "vitest";
import type { CustomData } from "../../../src/catalogue/index.ts";
import { findData, openCustomData } from "../../../src/data/index.ts";
import { recipeFor } from "../../../src/recipe/index.ts";
import { dataRecord, loadRunData } from "../../../src/runs/index.ts";
import { tableFolder } from "../tables/table-files.ts";

const rows = (header: string, row: (i: number) => string): string =>
  `${header}\n${Array.from({ length: 40 }, (_, i) => `${row(i)}\n`).join("")}`;
const { file } = tableFolder();
const paths: Readonly<Record<string, string>> = {
  "t.csv": file(
    "t.csv",
    rows("x,label", (i) => `${i % 7},${"ab"[i % 2]!}`),
  ),
  "v.csv": file("v.csv", "x,label\n1,b\n2,b\n3,a\n"),
  "texts.csv": file(
    "texts.csv",
    rows("text,label", (i) => `word ${i},${"ab"[i % 2]!}`),
  ),
  "texts-v.csv": file("texts-v.csv", "text,label\nhello,b\n"),
  "e.csv": file(
    "e.csv",
    rows("e0,e1,label", (i) => `${i},${i % 3},${"ab"[i % 2]!}`),
  ),
  "e-v.csv": file("e-v.csv", "e0,e1,label\n5,6,a\n7,8,b\n"),
};
const data = async (kind: CustomData["kind"], train: string, validation: string): Promise<CustomData> => {
  const { source } = await findData([paths[train]!], {
    kind,
    validationPaths: [paths[validation]!],
  });
  return source!;
};

suite("a validation split with files of its own", () => {
  test.for([
    ["table", "t.csv", "v.csv", [1, 1, 0]],
    ["text", "texts.csv", "texts-v.csv", [1]],
    ["embedding", "e.csv", "e-v.csv", [0, 1]],
  ] as const)("is read for data of kind %s", async ([kind, train, validation, labels]) => {
    const source = await openCustomData(await data(kind, train, validation));
    expect([...source.validation!.labels]).toEqual(labels);
    expect(source.train.labels.length).toBe(40);
  });

  test("chooses the epoch, and leaves all that is not tested to train", async () => {
    const recipe = recipeFor("t", { source: await data("table", "t.csv", "v.csv") });
    expect(recipe.validationFraction).toBe(0);
    const read = await loadRunData(recipe);
    expect(dataRecord(read)).toMatchObject({
      ...{ trainSize: 32, testSize: 8, validationSize: 3 },
      ...{ testHeldOut: true, validationHeldOut: false },
    });
  });

  test("is refused where it would choose nothing", async () => {
    const source = await data("table", "t.csv", "v.csv");
    expect(() => recipeFor("t", { source, validationFraction: 0.2 })).toThrow(
      "expected validationFraction not to be set for data with a validation split, got 0.2",
    );
    expect(() => recipeFor("t", { source, protocol: "paper" })).toThrow(
      "expected validationPaths not to be set with protocol paper",
    );
  });
});
