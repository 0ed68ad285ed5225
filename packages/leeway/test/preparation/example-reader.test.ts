import { describe as suite, expect, test } from "vitest";
import { exampleReader, type PreparedExamples } from "../../src/preparation/index.ts";

const step = { origin: 0, mean: 0, std: 1, indicator: false };
const table = exampleReader({
  kind: "table",
  path: "p.json",
  record: {
    ...{ kind: "table", version: 1, label: "class" },
    numeric: [
      { ...step, name: "amount" },
      { ...step, name: "when", reading: { kind: "date", order: "mdy", part: "days" } },
    ],
    categorical: [{ name: "country", categories: ["CH", "DE"] }],
  },
});
const row = { amount: 12, when: null, country: "CH" };

const read = (reader: typeof table, ...examples: unknown[]): PreparedExamples =>
  reader.read(examples, (i) => ["examples", i]);
const faultOf = (reader: typeof table, ...examples: unknown[]): string => {
  try {
    read(reader, ...examples);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

suite("exampleReader of rows", () => {
  test("names the row and the column of what is no number", () => {
    expect(faultOf(table, row, { ...row, amount: "much" })).toBe(
      'predict: expected examples[1].amount to be a finite number, got "much". Where it is missing, give null.',
    );
    for (const amount of [Number.NaN, Infinity, true, [1], {}, "12 apples"])
      expect(faultOf(table, { ...row, amount })).toContain("examples[0].amount to be a finite number");
    expect(faultOf(table, { ...row, when: 20_240_101 })).toContain(
      "to be a date such as 12/31/2024, or a Date",
    );
    expect(faultOf(table, { ...row, when: "31/12/2024" })).toContain("examples[0].when to be a date");
    expect(faultOf(table, { ...row, country: ["CH"] })).toContain("examples[0].country to be a text");
  });

  test("names a missing column, with the nearest that is there", () => {
    expect(faultOf(table, { amuont: 12, when: null, country: "CH" })).toBe(
      'predict: expected examples[0] to have the column "amount", got "amuont, when, country". Did you mean "amuont"?',
    );
    expect(faultOf(table, row, {})).toBe(
      'predict: expected examples[1] to have the column "amount", and 2 more (when, country), got "none". Where a value is missing, give null.',
    );
    expect(faultOf(table, "12,CH")).toContain("examples[0] to be a row, an object of columns");
  });

  test("takes null, undefined and words that say so as missing, and a Date in any order of dates", () => {
    const values = (when: unknown): unknown => [
      ...read(table, { ...row, amount: undefined, when }).inputs([0])["numbers"]!.data,
    ];
    expect(values("12/31/1970")).toEqual([Number.NaN, 364]);
    expect(values(new Date("1970-12-31T12:00:00Z"))).toEqual([Number.NaN, 364.5]);
    for (const missing of ["NA", "unknown", " ", null])
      expect(values(missing)).toEqual([Number.NaN, Number.NaN]);
  });

  test("counts categories that training had not, which have code 0", () => {
    const examples = read(
      table,
      row,
      { ...row, country: "FR" },
      { ...row, country: "IT" },
      { ...row, country: 5 },
    );
    expect([...examples.inputs([0, 1, 2, 3])["codes"]!.data]).toEqual([1n, 0n, 0n, 0n]);
    expect(examples.notes).toEqual([
      'column "country": 3 values that training had not, the first "FR" in row 2',
    ]);
  });

  test("gives the rows at any positions", () => {
    const examples = read(table, row, { ...row, amount: 13 }, { ...row, amount: 14 });
    const { dims, data } = examples.inputs([2, 0])["numbers"]!;
    expect([dims, [...data]]).toEqual([
      [2, 2],
      [14, Number.NaN, 12, Number.NaN],
    ]);
  });
});

suite("exampleReader of vectors", () => {
  const vectors = exampleReader({
    ...{ kind: "embedding", path: "p.json" },
    record: { kind: "embedding", version: 1, mean: [0, 0], std: [1, 1] },
  });

  test("names the vector of another length, and the number that is none", () => {
    expect(faultOf(vectors, [1, 2], [1])).toContain("examples[1] to be 2 numbers, as in training, got");
    expect(faultOf(vectors, [1, Number.NaN])).toContain("examples[0][1] to be a finite number, got NaN");
    expect(faultOf(vectors, { vector: [1, 1e39] })).toContain("examples[0].vector[1] to be a finite number");
    expect(faultOf(vectors, "1,2")).toContain("examples[0] to be a list of numbers");
  });
});

suite("exampleReader of texts", () => {
  const texts = exampleReader({
    ...{ kind: "text", path: "p.json", options: { text: "review" } },
    record: { words: ["<pad>", "<unk>", "good"], documentCounts: [0, 0, 2], documents: 3, maxLength: 9 },
  });

  test("pads a batch to its longest text", () => {
    const { tokens, lengths } = read(texts, "good", { review: "a good film" }).inputs([0, 1]);
    expect([tokens!.dims, [...tokens!.data]]).toEqual([
      [2, 3],
      [2n, 0n, 0n, 1n, 2n, 1n],
    ]);
    expect([...lengths!.data]).toEqual([1n, 3n]);
  });

  test("names what is no text", () => {
    expect(faultOf(texts, "good", 5)).toBe(
      "predict: expected examples[1] to be a text, or a row with one in review, got 5.",
    );
    expect(faultOf(texts, { review: null })).toContain("examples[0].review to be a text, got null");
  });
});

suite("exampleReader of images", () => {
  const reader = (mean: readonly number[]): typeof table =>
    exampleReader({
      ...{ kind: "image", path: "p.json" },
      record: { kind: "image", size: 4, resize: "crop", side: 2, mean, std: mean.map(() => 1) },
    });
  const pixels = (channels: number, value = (i: number): number => i): object => ({
    ...{ width: 4, height: 4 },
    data: Uint8Array.from({ length: 16 * channels }, (_, i) => value(i)),
  });

  test("takes the middle, without alpha, and grey where the network sees one channel", () => {
    const colours = reader([0, 0, 0]);
    const { dims, data } = read(colours, pixels(4)).inputs([0])["pixels"]!;
    expect([dims, [...data]]).toEqual([
      [1, 2, 2, 3],
      [5, 6, 9, 10].flatMap((pixel) => [4 * pixel, 4 * pixel + 1, 4 * pixel + 2]),
    ]);
    const grey = read(reader([0]), pixels(1)).inputs([0])["pixels"]!;
    expect([grey.dims, [...grey.data]]).toEqual([
      [1, 2, 2, 1],
      [5, 6, 9, 10],
    ]);
  });

  test("names an image of another size, and one of other channels", () => {
    const colours = reader([0, 0, 0]);
    expect(faultOf(colours, { ...pixels(3), width: 5 })).toContain("examples[0] to be 4 x 4 pixels, got");
    expect(faultOf(colours, pixels(2))).toContain("examples[0].data to have 1, 3 or 4 bytes a pixel");
    expect(faultOf(colours, "a.png")).toContain("examples[0] to be a decoded image");
  });

  test("refuses steps of an image that would take all memory", () => {
    const record = { kind: "image", size: 1e6, resize: "crop", side: 2, mean: [0], std: [1] };
    expect(() => exampleReader({ kind: "image", path: "p.json", record })).toThrow(
      "how images become numbers",
    );
  });
});
