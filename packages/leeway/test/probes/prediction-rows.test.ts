import { describe as suite, expect, test } from "vitest";
import { formatOf } from "../../src/probes/index.ts";
import { csvHeader, csvLine, jsonLine, predictionRows } from "../../src/probes/prediction-rows.ts";
import { tinyDataset } from "../data/tiny-dataset.ts";

const input = {
  dataset: tinyDataset([0, 0]),
  origin: (i: number) => ({ file: "a,b.csv", row: i + 1 }),
  notes: [],
};
const probabilities = Float32Array.of(0.25, 0.5, 0.25, 0.75, 0.125, 0.125);
const classNames = ["x", 'y "z"', "w"];
const predicted = { classes: Int32Array.of(1, 0), scores: probabilities, probabilities };
const rows = [...predictionRows(input, predicted, { classNames, top: 2 })];

suite("predictionRows", () => {
  test("puts the most probable classes first, the first of those that tie", () => {
    expect(rows.map(({ row, top }) => [row, top.map((each) => each.class)])).toEqual([
      [1, ['y "z"', "x"]],
      [2, ["x", 'y "z"']],
    ]);
  });

  test("puts the predicted class before more probable ones", () => {
    const decided = { ...predicted, classes: Int32Array.of(2, 1) };
    const [first] = predictionRows(input, decided, { classNames, top: 3 });
    expect(first!.top.map((each) => each.class)).toEqual(["w", 'y "z"', "x"]);
  });

  test("are lines of CSV, quoted where needed, under as many names", () => {
    expect(csvLine(rows[0]!)).toBe('"a,b.csv",1,"y ""z""",0.5,x,0.25');
    expect(csvHeader(2).split(",")).toHaveLength(6);
  });

  test("are lines of JSON, with all that were kept", () => {
    expect(JSON.parse(jsonLine(rows[1]!))).toEqual({
      ...{ file: "a,b.csv", row: 2, prediction: "x", probability: 0.75 },
      probabilities: { x: 0.75, 'y "z"': 0.125 },
    });
  });
});

suite("formatOf", () => {
  test("goes by the ending", () => {
    expect(["a.csv", "a.JSONL", "a.parquet", "a.txt"].map(formatOf)).toEqual([
      "csv",
      "jsonl",
      "parquet",
      undefined,
    ]);
  });
});
