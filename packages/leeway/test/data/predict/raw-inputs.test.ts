import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { withDuckDB } from "../../../src/data/files/duckdb.ts";
import { textNumberSql } from "../../../src/data/files/columns.ts";
import { labelSql } from "../../../src/data/files/labels.ts";
import { openPredictionInput, type RunPreparation } from "../../../src/data/index.ts";
import { exampleReader, type GraphInputs, type PreparedExamples } from "../../../src/preparation/index.ts";
import { numberText } from "../../../src/preparation/tables/category-text.ts";
import { plainNumber } from "../../../src/preparation/tables/plain-number.ts";

const step = { origin: 0, mean: 0, std: 1, indicator: true };
const numeric = [
  { ...step, name: "plain" },
  { ...step, name: "far", origin: 1.6e9, reading: undefined },
  { ...step, name: "written", reading: { kind: "written", decimal: "." } },
  { ...step, name: "comma", reading: { kind: "written", decimal: "," } },
  ...(["days", "weekday", "hour"] as const).map((part) => ({
    ...{ ...step, name: "day", origin: part === "days" ? 19_000 : 0 },
    reading: { kind: "date", order: "dmy", part },
  })),
  { ...step, name: "clock", reading: { kind: "date", order: "clock", part: "hour" } },
];
const record: unknown = JSON.parse(
  JSON.stringify({
    ...{ kind: "table", version: 1, label: "class", numeric },
    categorical: [
      { name: "colour", categories: ["red", "5", "true", "0.1", null] },
      { name: "size", categories: ["L", "1e-05", "2500000"] },
    ],
  }),
);
const ofTable: RunPreparation = { kind: "table", record, path: "p.json", classNames: ["a", "b"] };

function everyInput(examples: PreparedExamples): GraphInputs {
  return examples.inputs(Array.from({ length: examples.length }, (_, i) => i));
}

/** Distances from the origins, in float32: what a graph makes of the numbers first. */
function distances({ numbers, ...others }: GraphInputs): unknown {
  const origins = numeric.map(({ origin }) => origin);
  const values = [...(numbers?.data ?? [])].map(
    (x, i) => 0 + Math.fround(Number(x) - origins[i % origins.length]!),
  );
  return { values, others };
}

const word = fc.constantFrom("", "NA", "n/a", "?", "-", "nan", "unknown", "n.a.", null);
const plainText = fc.constantFrom("5", " 7 ", "+1.5", "1e3", ".5", "12,5", "1_000", "-0", "1e39", "inf");
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constant(1e39));
const cell = {
  plain: fc.oneof(
    word,
    number,
    plainText.filter((text) => text !== "12,5"),
  ),
  far: fc.oneof(
    word,
    fc.integer({ min: 1.6e9, max: 1.7e9 }),
    fc.double({ min: 1.6e9, max: 1.7e9, noNaN: true }),
  ),
  written: fc.oneof(word, number, fc.constantFrom("1,234.5", "$7", "(12)", "8 %", "-3", "1e5", "1 234")),
  comma: fc.oneof(
    word,
    fc.constantFrom("1.234,5", "0,5", "€ 7", "12", "3,25 CHF"),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
  day: fc.oneof(
    word,
    fc.constantFrom("31/12/2024", "31-12-2024 18:30", "01.02.2023T06:15:30Z", "1/1/1999 5:00 pm"),
  ),
  clock: fc.oneof(word, fc.constantFrom("18:30", "06:15:30", "0:00")),
  colour: fc.oneof(
    fc.constantFrom(null, "", "red", "blue", "5", 5, 5.5, true, false, 0.1, "Ärger\u0000"),
    number,
  ),
  size: fc.constantFrom(null, "", "L", "XL", 1e-5, 2.5e6, 1e16, 1e21),
};

suite("rows as objects", () => {
  test("become the inputs that the same rows of a file become: 60 tables at random", async () => {
    const reader = exampleReader({ kind: "table", record, path: "p.json" });
    // A column that has texts beside numbers keeps these as they are written: here each has one sort of them.
    const rows = fc.array(fc.record(cell), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(rows, async (examples) => {
        const some = examples.filter(({ size }) => typeof size !== "string");
        const sorted = [some, examples.filter((row) => !some.includes(row))].filter(
          ({ length }) => length > 0,
        );
        for (const part of sorted) {
          const lines = part.map((row) => JSON.stringify(row));
          const { raw } = await openPredictionInput(ofTable, { paths: [], lines });
          const own = reader.read(part, (i) => [i]);
          expect(distances(everyInput(own))).toEqual(distances(everyInput(raw())));
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test("are texts with the decimal mark of training", async () => {
    const options = { decimal: "," };
    const rows = ["1,5", "1.234,5", "12", "1.5", ""].map((plain) => ({
      ...{ plain, far: null, written: null, comma: null, day: null, clock: null, colour: null, size: null },
    }));
    const lines = rows.map((row) => JSON.stringify(row));
    const { raw } = await openPredictionInput(ofTable, { paths: [], lines, options });
    const reader = exampleReader({ kind: "table", record, path: "p.json", options });
    const readable = rows.map((row) => (row.plain === "1.5" ? { ...row, plain: null } : row)); // of a file it counts as missing
    expect(distances(everyInput(reader.read(readable, (i) => [i])))).toEqual(distances(everyInput(raw())));
  });
});

suite("the reading of one value", () => {
  const column = { name: "x", type: "text", sql: "x" } as const;

  /** What DuckDB makes of values, by an expression of x. */
  async function answers(values: readonly string[], type: string, sql: string): Promise<readonly unknown[]> {
    const list = values.map((value, i) => `(${i}, '${value.replaceAll("'", "''")}'::${type})`).join(", ");
    return withDuckDB(async (db) => {
      const rows = await db.rows(`SELECT (${sql})::VARCHAR AS v FROM (VALUES ${list}) AS t(i, x) ORDER BY i`);
      return rows.map((row) => row["v"]);
    });
  }

  test.each([".", ","] as const)("of a text with decimal %s is that of DuckDB's cast", async (decimal) => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from("0123456789+-.eE_, \tinfaNxé")),
      maxLength: 8,
    });
    const known = [
      "5.",
      ".5",
      "-.5",
      "1e",
      "1__0",
      "1_",
      "+-5",
      "- 5",
      "Infinity",
      "-inf",
      "1e400",
      "5 ",
      "1.e5",
    ];
    const texts = [...known, ...fc.sample(text, { numRuns: 4000, seed: 3 })];
    const found = await answers(texts, "VARCHAR", textNumberSql({ ...column, decimal }));
    const numbers = found.map((each) =>
      each === null ? Number.NaN : Number((each as string).replace("inf", "Infinity")),
    );
    expect(texts.map((each) => plainNumber(each, decimal))).toEqual(numbers);
  });

  test("of a number as a category is what DuckDB writes", async () => {
    const some = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), { numRuns: 2000, seed: 4 });
    const small = fc.sample(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { numRuns: 500, seed: 5 });
    const values = [...some, ...small, 0, -0, 1e14, 1e15, 123456789012345.6, 1e16, 1e-4, 1e-5, 0.1, -2.5];
    const texts = values.map((value) => (Object.is(value, -0) ? "-0.0" : String(value)));
    const found = await answers(texts, "DOUBLE", labelSql({ ...column, type: "number", decimal: "." }));
    expect(values.map(numberText)).toEqual(found);
  });
});

suite("files of other kinds", () => {
  test("of texts become the inputs that the texts become", async () => {
    const words = {
      words: ["<pad>", "<unk>", "good", "film"],
      documentCounts: [0, 0, 2, 1],
      documents: 3,
      maxLength: 9,
    };
    const block = (ngrams: readonly string[]): object => ({ ngrams, documentCounts: ngrams.map(() => 1) });
    const ngrams = {
      ...{ wordNgrams: 1, charNgrams: 2, documents: 3 },
      ...{ words: block(["good", "film"]), characters: block(["go", "d "]) },
    };
    const texts = ["A good film", "bad", "good good GOOD, film"];
    for (const learned of [words, ngrams]) {
      const run: RunPreparation = { kind: "text", record: learned, path: "p.json", classNames: ["a", "b"] };
      const { raw } = await openPredictionInput(run, { paths: [], lines: texts });
      const own = exampleReader(run).read(texts, (i) => [i]);
      expect(everyInput(own)).toEqual(everyInput(raw()));
    }
  });

  test("of vectors become the inputs that the vectors become", async () => {
    const steps = { kind: "embedding", version: 1, mean: [0, 1], std: [1, 2] };
    const run: RunPreparation = { kind: "embedding", record: steps, path: "p.json", classNames: ["a", "b"] };
    const lines = ['{"vector":[0.1,2]}', '{"vector":[3,-1e30]}'];
    const { raw } = await openPredictionInput(run, { paths: [], lines });
    const own = exampleReader(run).read([[0.1, 2], { vector: Float64Array.of(3, -1e30) }], (i) => [i]);
    expect(everyInput(own)).toEqual(everyInput(raw()));
  });
});
