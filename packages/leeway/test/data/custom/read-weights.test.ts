import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import type { CustomData } from "../../../src/catalogue/index.ts";
import { dataFacts, findData, openCustomData } from "../../../src/data/index.ts";
import type { Source } from "../../../src/data/source.ts";
import { recipeFor, type RecipeOptions } from "../../../src/recipe/index.ts";
import { hashOf, loadRunData } from "../../../src/runs/run-data.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { writeTree } from "../text/text-files.ts";

const write = (files: Readonly<Record<string, string>>): string =>
  writeTree(temporaryFolder(), Object.entries(files));
const found = async (path: string, hints: Parameters<typeof findData>[1] = {}): Promise<CustomData> =>
  (await findData([path], { ...hints, options: { weight: "trust", ...hints.options } })).source!;
const open = async (...args: Parameters<typeof found>): Promise<Source> =>
  openCustomData(await found(...args));
const valuesOf = ({ weights }: Source): number[] => [...weights!.values];

/** A table of rows with a weight each. */
const tableOf = (weights: readonly (string | number)[]): string =>
  [
    "x,trust,label",
    ...weights.map((weight, i) => `${(i * 7) % 23}.5,${weight},${i % 3 === 0 ? "b" : "a"}`),
  ].join("\n");

suite("weights of rows", () => {
  test("of a table are read row by row, and are no input; a test file may lack them", async () => {
    const folder = write({ "t.csv": tableOf([1, 0.5, 0, 2]), "test.csv": "x,label\n5,a\n" });
    const source = await open(join(folder, "t.csv"), { testPaths: [join(folder, "test.csv")] });
    expect(source.weights).toEqual({ by: "trust", values: Float32Array.of(1, 0.5, 0, 2) });
    const { input } = source.prepare(source.train).apply(source.train);
    expect(input).toMatchObject({ numeric: 1, categories: [] });
  });
  test("with a decimal comma are numbers too", async () => {
    const folder = write({ "t.csv": "x;trust;label\n1;0,5;a\n2;1,5;b\n3,1;2,5;a\n" });
    expect(valuesOf(await open(join(folder, "t.csv")))).toEqual([0.5, 1.5, 2.5]);
  });
  test("are beside texts and vectors, which stay what they are", async () => {
    const folder = write({
      "t.csv": "text,trust,label\nhello,1,a\nbye,3,b\n",
      "v.jsonl": '{"v":[1,2],"trust":4,"label":"a"}\n{"v":[3,4],"trust":5,"label":"b"}\n',
    });
    const texts = await open(join(folder, "t.csv"));
    expect(["texts" in texts.train, valuesOf(texts)]).toEqual([true, [1, 3]]);
    const vectors = await open(join(folder, "v.jsonl"));
    expect(["vectors" in vectors.train, valuesOf(vectors)]).toEqual([true, [4, 5]]);
  });
  test("of rows without a class need not be there", async () => {
    const folder = write({ "t.csv": "x,trust,label\n1,2,a\n2,,\n3,4,b\n" });
    const source = await open(join(folder, "t.csv"), { options: { unlabelled: "skip" } });
    expect([...source.train.ids].map((id) => source.weights!.values[id])).toEqual([2, 4]);
  });
  test.for([
    [
      [1, "", 2, ""],
      't.csv, row 2: expected a weight of at least 0 in column "trust", got no finite number, as in 2',
    ],
    [[1, 2, -1, 1], 't.csv, row 3: expected a weight of at least 0 in column "trust", got -1.'],
    [
      [1, 2, 1, "inf"],
      't.csv, row 4: expected a weight of at least 0 in column "trust", got no finite number.',
    ],
    [[1, "much", 1, 1], 't.csv, row 2: expected column "trust" to hold numbers, got "much".'],
    [
      [1, "heavy", 1, 1],
      't.csv, row 2: expected column "trust" to hold numbers, got "heavy". Fill it in, or take the row out;',
    ],
    [[0, 0, 0, 0], 't.csv: expected weights above 0 in column "trust", got 0 in all 4 rows.'],
  ] as const)("%o are refused", async ([weights, message]) => {
    const folder = write({ "t.csv": tableOf(weights) });
    await expect(open(join(folder, "t.csv"))).rejects.toThrow(message);
  });
  test("are refused of folders, and as the classes", async () => {
    const folder = write({
      "texts/a/1.txt": "x",
      "texts/b/1.txt": "y",
      "t.csv": "text,label\nhi,a\nbye,b\n",
    });
    await expect(open(join(folder, "texts"))).rejects.toThrow(
      'openCustomData: expected weight to be the column of a table, got "trust". List the files in a table',
    );
    const options = { weight: "label" };
    await expect(open(join(folder, "t.csv"), { label: "label", options })).rejects.toThrow(
      'expected weight to be another column than that of classes, got "label".',
    );
  });
  test("are a finding of inspect", async () => {
    const folder = write({ "t.csv": tableOf([1, 1, 0, 2, 1, 9, 3, 3, 0]) });
    const source = await found(join(folder, "t.csv"), { label: "label" });
    const { findings } = await dataFacts({ dataset: "t", source });
    expect(findings.filter(({ about }) => about === "weight").map(({ message }) => message)).toEqual([
      // Of a: 1, 1, 9, 3 make 14² / 92 = 2.1.
      'training rows weigh by "trust", from 0 to 9, times their class\'s weight; the 4 of "a" count like 2 of equal weight',
      '2 training rows weigh 0 by "trust" and are left out',
    ]);
  });
});

suite("the data of a run with weights of rows", () => {
  const weights = Array.from({ length: 90 }, (_, i) => (i === 40 ? 0 : 1 + (i % 7)));
  const load = async (
    values: readonly number[],
    options: RecipeOptions = {},
  ): ReturnType<typeof loadRunData> => {
    const folder = write({ "t.csv": tableOf(values) });
    return loadRunData(recipeFor("t", { source: await found(join(folder, "t.csv")), seed: 1, ...options }));
  };

  test.for([{}, { keep: { a: 0.5 } }, { profile: "step", ratio: 3 }] as const)(
    "has those of its training rows with mean 1, and not those of weight 0: %o",
    async (options) => {
      const { train, rowWeights, counts } = await load(weights, options);
      const own = [...train.ids].map((id) => weights[id]!);
      const mean = own.reduce((sum, each) => sum + each, 0) / own.length;
      expect(own).not.toContain(0);
      expect([...rowWeights!]).toEqual(own.map((each) => Math.fround(each / mean)));
      expect(counts.reduce((sum, each) => sum + each, 0)).toBe(own.length);
    },
  );
  test("has none where all weigh the same, which is then said", async () => {
    const { rowWeights, notes } = await load(weights.map(() => 5));
    expect(rowWeights).toBeUndefined();
    expect(notes).toContain('all training rows weigh the same by "trust", which changes nothing');
  });
  test("refuses a class whose rows all weigh nothing", async () => {
    const zeros = weights.map((weight, i) => (i % 3 === 0 ? 0 : weight));
    await expect(load(zeros)).rejects.toThrow(
      'expected a training example of "b" with a weight above 0 in column "trust", got none.',
    );
  });
  test("has another hash with other weights", async () => {
    const hash = async (values: readonly number[]): Promise<string> => hashOf(await load(values));
    const other = weights.map((weight, i) => (i % 2 === 0 ? weight : weight + 1));
    expect(await hash(weights)).toBe(await hash(weights));
    expect(await hash(weights)).not.toBe(await hash(other));
  });
});
