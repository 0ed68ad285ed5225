import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { formatOf, withKeptNames, writePredictions } from "../../src/probes/index.ts";
import { readColumns } from "../../src/data/files/columns.ts";
import { withDuckDB } from "../../src/data/index.ts";
import type { PredictionForm } from "../../src/probes/prediction-columns.ts";
import { csvHeader, csvLine, jsonLine, predictionRows } from "../../src/probes/prediction-rows.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";
import { tinyDataset } from "../data/tiny-dataset.ts";

const input = {
  dataset: tinyDataset([0, 0]),
  origin: (i: number) => ({ file: "a,b.csv", row: i + 1 }),
  notes: [],
};
const probabilities = Float32Array.of(0.25, 0.5, 0.25, 0.75, 0.125, 0.125);
const classNames = ["x", 'y "z"', "w"];
const predicted = { classes: Int32Array.of(1, 0), scores: probabilities, probabilities };
const form: PredictionForm = { classNames, top: 2, everyClass: false, kept: [] };
const rows = [...predictionRows(input, predicted, form)];
const kept = [
  { name: "id", type: "VARCHAR", values: ["007", null] },
  { name: "a, b", type: "BIGINT", values: ["9007199254740993", "1"] },
  { name: "list", type: "JSON", values: ["[1,2]", null] },
];
const whole: PredictionForm = { classNames, top: 1, everyClass: true, kept };
const wholeRows = [...predictionRows(input, predicted, whole)];

suite("predictionRows", () => {
  test("puts the most probable classes first, the first of those that tie", () => {
    expect(rows.map(({ row, top }) => [row, top.map((each) => each.class)])).toEqual([
      [1, ['y "z"', "x"]],
      [2, ["x", 'y "z"']],
    ]);
  });

  test("puts the predicted class before more probable ones", () => {
    const decided = { ...predicted, classes: Int32Array.of(2, 1) };
    const [first] = predictionRows(input, decided, { ...form, top: 3 });
    expect(first!.top.map((each) => each.class)).toEqual(["w", 'y "z"', "x"]);
  });

  test("are lines of CSV, quoted where needed, under as many names", () => {
    expect(csvLine(rows[0]!)).toBe('"a,b.csv",1,"y ""z""",0.5,x,0.25');
    expect(csvHeader(form).split(",")).toHaveLength(6);
  });

  test("are lines of JSON, with all that were kept", () => {
    expect(JSON.parse(jsonLine(rows[1]!, form))).toEqual({
      ...{ file: "a,b.csv", row: 2, prediction: "x", probability: 0.75 },
      probabilities: { x: 0.75, 'y "z"': 0.125 },
    });
  });
});

suite("the columns of predictions", () => {
  test("are those of the input that are kept, then one for each class, quoted where its name needs it", () => {
    expect(csvHeader(whole)).toBe('file,row,id,"a, b",list,prediction,probability,p_x,"p_y ""z""",p_w');
    expect(wholeRows.map(csvLine)).toEqual([
      '"a,b.csv",1,007,9007199254740993,"[1,2]","y ""z""",0.5,0.25,0.5,0.25',
      '"a,b.csv",2,,1,,x,0.75,0.75,0.125,0.125',
    ]);
  });

  test("keep the types and all digits of the input in JSON", () => {
    expect(jsonLine(wholeRows[0]!, whole)).toBe(
      '{"file":"a,b.csv","row":1,"id":"007","a, b":9007199254740993,"list":[1,2],' +
        '"prediction":"y \\"z\\"","probability":0.5,"probabilities":{"x":0.25,"y \\"z\\"":0.5,"w":0.25}}',
    );
    expect(JSON.parse(jsonLine(wholeRows[1]!, whole))).toMatchObject({ id: null, "a, b": 1, list: null });
  });

  test("have other names than those of predictions", () => {
    const columns = ["row", "p_x", "input_row", "fine"].map((name) => ({
      name,
      type: "VARCHAR",
      values: [],
    }));
    const named = withKeptNames({ ...whole, kept: columns });
    expect(named.form.kept.map(({ name }) => name)).toEqual([
      ...["input_input_row", "input_p_x", "input_row", "fine"],
    ]);
    expect(named.notes).toHaveLength(2);
    expect(named.notes[0]).toContain('column "row" of the input is called "input_input_row"');
  });

  test("are Parquet with the input's types, also for classes that differ by capitals alone", async () => {
    const path = join(temporaryFolder(), "p.parquet");
    const capitals: PredictionForm = { ...whole, classNames: ["a", "A", "0"] };
    await writePredictions(path, wholeRows, { format: "parquet", form: capitals });
    const described = await withDuckDB((db) => db.rows(`DESCRIBE SELECT * FROM '${path}'`));
    expect(described.map((row) => [row["column_name"], row["column_type"]])).toEqual([
      ...[
        ["file", "VARCHAR"],
        ["row", "BIGINT"],
      ],
      ...[
        ["id", "VARCHAR"],
        ["a, b", "BIGINT"],
        ["list", "JSON"],
      ],
      ...[
        ["prediction", "VARCHAR"],
        ["probability", "DOUBLE"],
      ],
      ...[
        ["p_a", "DOUBLE"],
        ["p_A_2", "DOUBLE"],
        ["p_0", "DOUBLE"],
      ],
    ]);
    const { columns } = await readColumns(path, { columns: { id: "text", p_A_2: "number" } });
    expect(columns.get("id")).toMatchObject({ codes: Int32Array.of(0, -1), distinct: ["007"] });
    expect(columns.get("p_A_2")).toMatchObject({ values: Float32Array.of(0.5, 0.125) });
  });
});

suite("the columns of decisions that abstain", () => {
  const names = ["a|b", "c\\d", "e"];
  const decided = {
    ...predicted,
    decisions: Int32Array.of(2, 0),
    abstention: { abstained: [true, false], sets: Uint8Array.of(1, 1, 0, 1, 0, 0) },
  };
  const decidedForm: PredictionForm = {
    ...{ classNames: names, top: 1, everyClass: false, kept: [], decision: true, abstention: true },
  };
  const [several, one] = predictionRows(input, decided, decidedForm);
  const empty = { ...decided, abstention: { abstained: [true], sets: new Uint8Array(6) } };
  const [none] = predictionRows(input, empty, decidedForm);

  test("have no decision where it abstains, and classes with a bar between them", () => {
    expect(csvHeader(decidedForm)).toBe("file,row,prediction,probability,decision,abstained,set");
    expect([several!, one!, none!].map(csvLine)).toEqual([
      '"a,b.csv",1,c\\d,0.5,,true,a\\|b|c\\\\d',
      '"a,b.csv",2,a|b,0.75,a|b,false,a\\|b',
      '"a,b.csv",1,c\\d,0.5,,true,""',
    ]);
  });

  test("are null and lists in JSON", () => {
    const own = [several!, one!, none!].map((row) => JSON.parse(jsonLine(row, decidedForm)) as unknown);
    expect(own).toMatchObject([
      { decision: null, abstained: true, set: ["a|b", "c\\d"] },
      { decision: "a|b", abstained: false, set: ["a|b"] },
      { decision: null, abstained: true, set: [] },
    ]);
  });

  test("are nothing, a truth value and text in Parquet", async () => {
    const path = join(temporaryFolder(), "decided.parquet");
    await writePredictions(path, [several!, one!, none!], { format: "parquet", form: decidedForm });
    const read = await withDuckDB((db) => db.rows(`SELECT decision, abstained, "set" FROM '${path}'`));
    expect(read).toEqual([
      { decision: null, abstained: true, set: "a\\|b|c\\\\d" },
      { decision: "a|b", abstained: false, set: "a\\|b" },
      { decision: null, abstained: true, set: "" },
    ]);
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
