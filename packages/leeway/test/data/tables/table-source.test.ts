import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import type { CustomData } from "../../../src/catalogue/index.ts";
import type { Batch, Dataset } from "../../../src/data/index.ts";
import { withDuckDB } from "../../../src/data/files/duckdb.ts";
import { tableFault } from "../../../src/data/files/table-error.ts";
import { findTable } from "../../../src/data/files/table-files.ts";
import { columnFacts } from "../../../src/data/tables/column-facts.ts";
import { openTable } from "../../../src/data/tables/table-source.ts";
import { RunError } from "../../../src/errors.ts";
import type { TableExamples } from "../../../src/data/tables/read-table.ts";
import { parseSteps, type TableSteps } from "../../../src/preparation/index.ts";
import { dataFault, table, tableFolder } from "./table-files.ts";

const { file, parquet } = tableFolder();

/** Rows of CSV under a header. */
function csv(name: string, header: string, ...rows: readonly string[]): string {
  return file(name, `${[header, ...rows].join("\n")}\n`);
}

/** `count` rows by their number. */
function rowsOf(count: number, row: (i: number) => string): string[] {
  return Array.from({ length: count }, (_, i) => row(i));
}

const two = (day: number): string => String(day).padStart(2, "0");
const grouped = (value: number): string => value.toLocaleString("en-US");

async function rolesOf(
  data: CustomData,
): Promise<{ numeric: string[]; categorical: string[]; notes: readonly string[] }> {
  const { train, notes = [] } = await openTable(data);
  const { numeric, categorical } = (train as TableExamples).table;
  return {
    numeric: numeric.map(({ name }) => name),
    categorical: categorical.map(({ name }) => name),
    notes,
  };
}

/** All examples of a data set as one batch, each row a list. */
async function wholeBatch(
  dataset: Dataset,
): Promise<{ values: number[][]; codes: number[][]; targets: number[] }> {
  const order = [...dataset.labels.keys()];
  for await (const { inputs, targets, length } of dataset.batches(order, { batchSize: order.length })) {
    const rows = ({ values, shape }: Batch["inputs"][number]): number[][] =>
      rowsOf(length, () => "").map((_, i) => [...values.subarray(i * shape[1]!, (i + 1) * shape[1]!)]);
    return { values: rows(inputs[0]!), codes: rows(inputs[1]!), targets: [...targets] };
  }
  throw new Error("no batch");
}

suite("openTable", () => {
  test("takes classes from the label column, numbers by size and names by letters", async () => {
    const numbers = await openTable(table(csv("n.csv", "x,label", "1,10", "2,9", "3,10")));
    expect([numbers.train.classNames, [...numbers.train.labels]]).toEqual([
      ["9", "10"],
      [1, 0, 1],
    ]);
    const names = await openTable(
      table(csv("w.csv", "x,kind", "1,dog", "2,cat", "3,dog"), { label: "kind" }),
    );
    expect([names.train.classNames, [...names.train.labels]]).toEqual([
      ["cat", "dog"],
      [1, 0, 1],
    ]);
  });

  test("writes whole numbers of any type as classes without a decimal point", async () => {
    const path = await parquet("d.parquet", "SELECT range AS x, (range % 2)::DOUBLE AS y FROM range(4)");
    expect((await openTable(table(path, { options: { numeric: ["x"] } }))).train.classNames).toEqual([
      "0",
      "1",
    ]);
    const booleans = await parquet("b.parquet", "SELECT range % 3 AS x, range % 2 = 0 AS y FROM range(4)");
    expect((await openTable(table(booleans))).train.classNames).toEqual(["false", "true"]);
  });

  test("tells numbers, categories, constants, counters, ids and free text apart", async () => {
    const rows = rowsOf(
      120,
      (i) => `${i + 1},A${(i * 37) % 120}-${i},${i % 7}.5,${["a", "b", "c"][i % 3]!},1,,text ${i},${i % 2}`,
    );
    const path = csv("all.csv", "n,code,amount,city,one,none,note,label", ...rows);
    const { numeric, categorical, notes } = await rolesOf(table(path));
    expect([numeric, categorical]).toEqual([["amount"], ["city"]]);
    expect(notes.map((note) => /"(\w+)" is ignored/.exec(note)?.[1])).toEqual([
      "n",
      "code",
      "one",
      "none",
      "note",
    ]);
  });

  test("ignores an id that leaks the order of the rows, and uses it when told", async () => {
    const path = csv("ids.csv", "user_id,x,label", ...rowsOf(60, (i) => `${7 * i + 1000},${i % 5},${i % 2}`));
    expect((await rolesOf(table(path))).numeric).toEqual(["x"]);
    expect((await rolesOf(table(path, { options: { numeric: ["user_id"] } }))).numeric).toEqual([
      "user_id",
      "x",
    ]);
  });

  test("uses columns as it is told", async () => {
    const path = csv("told.csv", "a,b,c,label", ...rowsOf(6, (i) => `${i % 3},${i % 2},x${i % 2},${i % 2}`));
    const { numeric, categorical } = await rolesOf(
      table(path, { options: { categorical: ["a"], ignore: ["c"] } }),
    );
    expect([numeric, categorical]).toEqual([["b"], ["a"]]);
  });

  test("takes a column of numbers with a few words as numbers, and says which words are missing", async () => {
    const path = csv("mixed.csv", "a,label", ...rowsOf(60, (i) => `${i === 7 ? "many" : i % 9},${i % 2}`));
    const { numeric, notes } = await rolesOf(table(path));
    expect(numeric).toEqual(["a"]);
    expect(notes).toEqual([
      'column "a": 1 value is no number ("many") and counts as missing; --categorical a uses it',
    ]);
    const read = await openTable(table(path));
    expect((read.train as TableExamples).table.numeric[0]!.values[7]).toBeNaN();
    const told = await rolesOf(table(path, { options: { categorical: ["a"] } }));
    expect([told.categorical, told.notes]).toEqual([["a"], []]);
  });

  test("takes words that say that nothing is there as missing, however many", async () => {
    const words = ["unknown", "n.a.", "?", "Missing", "#N/A", ""];
    const path = csv("none.csv", "a,label", ...rowsOf(60, (i) => `${i % 3 ? words[i % 6]! : i},${i % 2}`));
    const { numeric, notes } = await rolesOf(table(path));
    expect(numeric).toEqual(["a"]);
    expect(notes[0]).toContain("20 values are no numbers (");
  });

  test("takes a column of numbers with more words as categories, and says how to change that", async () => {
    const path = csv(
      "worded.csv",
      "a,label",
      ...rowsOf(60, (i) => `${i % 6 ? i % 9 : `w${i % 4}`},${i % 2}`),
    );
    const { categorical, notes } = await rolesOf(table(path));
    expect(categorical).toEqual(["a"]);
    expect(notes).toEqual([
      'column "a" is taken as categories: 10 of 60 values are no numbers; --numeric a counts them as missing',
    ]);
  });

  for (const [how, write, said] of [
    ["decimal commas", (i: number) => `"${i},5"`, '"10,5", a comma before the fraction'],
    ["thousands apart", (i: number) => (i < 1000 ? `${i}.5` : `"${grouped(i)}.50"`), '"1,003.50"'],
    ["a currency", (i: number) => `$${i}.5`, '"$1003.5"'],
    ["per cent", (i: number) => `${i}.5 %`, '"1003.5 %"'],
  ] as const) {
    test(`reads numbers written with ${how}, and says so`, async () => {
      const at = (i: number): number => (how === "decimal commas" ? i : 17 * i);
      const path = csv("written.csv", "a,b,label", ...rowsOf(60, (i) => `${write(at(i))},${i % 3},${i % 2}`));
      const source = await openTable(table(path));
      const [column] = (source.train as TableExamples).table.numeric;
      expect([...column!.values]).toEqual(rowsOf(60, () => "").map((_, i) => at(i) + 0.5));
      expect(source.notes).toEqual([`column "a" is read as numbers, written as ${said}`]);
    });
  }

  test("asks where 1,234 may be a thousand or a fraction, and takes smaller whole numbers as the answer", async () => {
    const either = csv(
      "either.csv",
      "a,b,label",
      ...rowsOf(90, (i) => `"${1 + (i % 9)},${100 + i}",${i % 3},${i % 2}`),
    );
    expect((await rolesOf(table(either))).notes[0]).toContain('"1,100" may be a thousand or a fraction');
    const thousands = csv(
      "clear.csv",
      "a,b,label",
      ...rowsOf(90, (i) => `${i % 2 ? 100 + i : `"2,${100 + i}"`},${i % 3},${i % 2}`),
    );
    const { table: read } = (await openTable(table(thousands))).train as TableExamples;
    expect([...read.numeric[0]!.values].slice(0, 2)).toEqual([2100, 101]);
  });

  for (const [how, write, said] of [
    ["2024-01-31 06:30:00", (day: number) => `2024-01-${two(day)} 06:30:00`, ""],
    ["31.01.2024 06:30", (day: number) => `${two(day)}.01.2024 06:30`, ", day before month"],
    ["1/31/2024 6:30 AM", (day: number) => `1/${day}/2024 6:30 AM`, ", month before day"],
  ] as const) {
    test(`makes days, a weekday and an hour of dates as ${how}, and says so`, async () => {
      const path = csv("dates.csv", "d,label", ...rowsOf(31, (i) => `${write(i + 1)},${i % 2}`));
      const source = await openTable(table(path));
      const { numeric } = (source.train as TableExamples).table;
      expect(numeric.map(({ origin, values }) => origin + values[30]!)).toEqual([19_753 + 6.5 / 24, 2, 6.5]); // a Wednesday
      expect(source.notes).toEqual([
        `column "d" holds dates${said}, used as days since 1970, weekday and hour; --ignore d leaves it out`,
      ]);
    });
  }

  test("makes hours of times of day, and says so", async () => {
    const path = csv("clock.csv", "t,label", ...rowsOf(24, (i) => `${two(i)}:30,${i % 2}`));
    const source = await openTable(table(path));
    const [column, ...more] = (source.train as TableExamples).table.numeric;
    expect([[...column!.values].slice(0, 3), more]).toEqual([[0.5, 1.5, 2.5], []]);
    expect(source.notes).toEqual(['column "t" holds times of day, used as hours; --ignore t leaves it out']);
  });

  test("asks where no date tells the day from the month", async () => {
    const path = csv(
      "either-date.csv",
      "d,a,label",
      ...rowsOf(90, (i) => `0${1 + (i % 9)}/0${1 + (i % 8)}/2024,${i % 3},${i % 2}`),
    );
    expect((await rolesOf(table(path))).notes).toEqual([
      'column "d" is ignored: its dates may begin with the day or the month; 2024-12-31 would be read',
    ]);
  });

  test("mentions a number far from all others that may stand for a missing one", async () => {
    const path = csv(
      "sentinel.csv",
      "a,b,label",
      ...rowsOf(60, (i) => `${i % 9 ? i / 7 : -999},${i % 5},${i % 2}`),
    );
    expect((await rolesOf(table(path))).notes).toEqual([
      'column "a": -999 lies far from all other values: if it stands for a missing one, leave those cells empty (7 rows)',
    ]);
  });

  test("ignores a counter of which rows were sampled, in any order, and keeps numbers that chance made", async () => {
    const path = csv(
      "sampled.csv",
      "a,b,label",
      ...rowsOf(500, (i) => `${3 * ((i * 77) % 500) + 7},${(i * i * 31) % 1500},${i % 2}`),
    );
    const { numeric, notes } = await rolesOf(table(path));
    expect([numeric, notes]).toEqual([
      ["b"],
      ['column "a" is ignored: it numbers the rows; --numeric a uses it'],
    ]);
  });

  test("says once what is the same of many columns", async () => {
    const names = rowsOf(40, (i) => `c${i}`).join(",");
    const path = csv(
      "many.csv",
      `x,${names},label`,
      ...rowsOf(30, (i) => `${i % 7},${"1,".repeat(40)}${i % 2}`),
    );
    expect((await rolesOf(table(path))).notes).toEqual([
      '40 columns are ignored: they have one value in all rows ("c0", "c1", "c2", …)',
    ]);
  });

  test("reads more columns than are read at a time", { timeout: 60_000 }, async () => {
    const names = rowsOf(2500, (i) => `c${i}`).join(",");
    const rows = rowsOf(12, (i) => `${rowsOf(2500, (c) => `${i + c}.5`).join(",")},${i % 2}`);
    const source = await openTable(table(csv("wide.csv", `${names},label`, ...rows)));
    const { numeric } = (source.train as TableExamples).table;
    expect(numeric.map(({ values }) => values[3])).toEqual(rowsOf(2500, () => "").map((_, c) => 3.5 + c));
  });

  test("advises --text for a column of sentences, and never counts more texts than rows", async () => {
    const sentence = (i: number): string => `the ${i}th of many sentences, each another one than all others`;
    const path = csv("free.csv", "a;b;label", ...rowsOf(600, (i) => `${sentence(i)};${i % 3};${i % 2}`));
    const { notes } = await rolesOf(table(path));
    expect(notes[0]).toMatch(
      /^column "a" is ignored: about (5[5-9]\d|600) different texts in 600 rows; --text a/,
    );
  });

  test("says that a column of lists is ignored, and refuses it where a number is asked for", async () => {
    const path = file("lists.jsonl", '{"v":[1,2],"a":1,"label":"x"}\n{"v":[3,4],"a":2,"label":"y"}\n');
    const note = 'column "v" is ignored: it holds lists; --vector v learns from it alone';
    expect((await rolesOf(table(path))).notes).toEqual([note]);
    expect((await rolesOf(table(path, { options: { ignore: ["v"] } }))).notes).toEqual([]);
    expect(await dataFault(openTable(table(path, { options: { numeric: ["v"] } })))).toContain(
      'expected one value a row in column "v", got lists. --vector v learns from it alone.',
    );
  });

  test("counts numbers that float32 cannot hold as missing and says so", async () => {
    const path = csv("far.csv", "a,label", "1,p", "1e39,q", "inf,p", "3,q", "NaN,p");
    const source = await openTable(table(path));
    expect(source.notes).toEqual(['column "a": 2 values are infinite or beyond 3.4e38 and count as missing']);
    expect((source.prepare(source.train).record as TableSteps).numeric).toEqual([
      { name: "a", origin: 0, mean: 2, std: 1, indicator: true },
    ]);
  });

  test("reads a test table by the training table's columns and classes", async () => {
    const train = csv("train.csv", "a,c,label", "1,x,no", "2,y,yes", "3,x,no");
    const test_ = csv("test.csv", "label,c,a,more", "yes,y,5,0", "no,z,6,0");
    const source = await openTable(table(train, { testPaths: [test_] }));
    expect([...source.test!.labels]).toEqual([1, 0]);
    const { values, codes } = await wholeBatch(source.prepare(source.train).apply(source.test!));
    expect(codes).toEqual([[2], [0]]); // y is the second commonest; z is not known
    expect(values.map(([value]) => value!.toFixed(3))).toEqual(["3.674", "4.899"]); // (5 - 2) / √(2/3), (6 - 2) / √(2/3)
  });
});

suite("openTable, given what a run recorded,", () => {
  test("reads the columns of the run, whatever would be detected", async () => {
    const path = csv("run.csv", "a,d,label", ...rowsOf(31, (i) => `${i % 5},2024-01-${two(i + 1)},${i % 2}`));
    const categories = rowsOf(31, (i) => `2024-01-${two(i + 1)}`);
    const preparation: TableSteps = {
      ...{ kind: "table", version: 1, label: "label" },
      numeric: [{ name: "a", origin: 0, mean: 2, std: 1, indicator: false }],
      categorical: [{ name: "d", categories }],
    };
    const source = await openTable(table(path), { recorded: preparation });
    const { numeric, categorical } = (source.train as TableExamples).table;
    expect([numeric.map(({ name }) => name), categorical.map(({ name }) => name)]).toEqual([["a"], ["d"]]);
    expect(source.notes).toEqual([]);
    expect(source.prepare(source.train).record).toMatchObject({ categorical: [{ name: "d", categories }] });
  });
});

suite("a table's preparation", () => {
  test("reads dates and written numbers again by what it recorded", async () => {
    const rows = rowsOf(31, (i) => `"${i + 1},5 €",${two(i + 1)}.01.2024 12:00,${i % 2}`);
    const path = csv("again.csv", "a,d,label", ...rows);
    const source = await openTable(table(path));
    const preparation = parseSteps(JSON.parse(JSON.stringify(source.prepare(source.train).record)), "run");
    expect(preparation.numeric.map(({ name, reading }) => [name, reading])).toEqual([
      ["a", { kind: "written", decimal: "," }],
      ["d", { kind: "date", order: "dmy", part: "days" }],
      ["d", { kind: "date", order: "dmy", part: "weekday" }],
      ["d", { kind: "date", order: "dmy", part: "hour" }],
    ]);
    expect((await openTable(table(path), { recorded: preparation })).notes).toEqual(source.notes);
    const one = csv("one-more.csv", "a,d,label", '"8,5 €",02.01.2024 12:00,0', '"9,5 €",03.01.2024 12:00,1');
    const read = await openTable(table(one), { recorded: preparation });
    const { numeric } = (read.train as TableExamples).table;
    expect(numeric.map(({ origin, values }) => origin + values[0]!)).toEqual([8.5, 19_724.5, 1, 12]); // a Tuesday
  });

  test("standardises by the mean and deviation of the training rows alone", async () => {
    const source = await openTable(table(csv("s.csv", "a,label", "1,a", "3,b", "1000,a")));
    const prepared = source.prepare(source.train.select([0, 1]));
    expect((prepared.record as TableSteps).numeric).toEqual([
      { name: "a", origin: 0, mean: 2, std: 1, indicator: false },
    ]);
    expect((await wholeBatch(prepared.apply(source.train))).values).toEqual([[-1], [1], [10]]); // what is far out is moved to 10
  });

  test("gives the mean for a missing number, and a value more that says so", async () => {
    const source = await openTable(table(csv("m.csv", "a,label", "1,a", ",b", "3,a", "NA,b")));
    expect((await wholeBatch(source.prepare(source.train).apply(source.train))).values).toEqual([
      [-1, 0],
      [0, 1],
      [1, 0],
      [0, 1],
    ]);
  });

  test("gives missing categories a code of their own, and 0 to those that training has not", async () => {
    const source = await openTable(table(csv("c.csv", "c,label", "x,a", "x,b", ",a", "z,b")));
    const prepared = source.prepare(source.train.select([0, 1, 2]));
    expect((prepared.record as TableSteps).categorical).toEqual([{ name: "c", categories: ["x", null] }]);
    const dataset = prepared.apply(source.train);
    expect((await wholeBatch(dataset)).codes).toEqual([[1], [1], [2], [0]]);
    expect(dataset.input).toEqual({ kind: "table", numeric: 0, categories: [3] });
  });

  test("keeps what tells times apart, which float32 alone would round away", async () => {
    const path = csv("time.csv", "t,label", "1700000001,a", "1700000002,b", "1700000003,a");
    const source = await openTable(table(path, { options: { numeric: ["t"] } }));
    const { values } = await wholeBatch(source.prepare(source.train).apply(source.train));
    expect(values.map(([value]) => value!.toFixed(3))).toEqual(["-1.225", "0.000", "1.225"]); // ∓ 1 / √(2/3)
  });

  test("gives the rows asked for in their order, with their targets, the last batch short", async () => {
    const source = await openTable(table(csv("o.csv", "a,c,label", "1,x,a", "2,y,b", "3,x,a")));
    const dataset = source.prepare(source.train).apply(source.train.select([2, 0, 1]));
    const seen: unknown[] = [];
    for await (const { inputs, targets, positions, length } of dataset.batches([2, 2, 0], { batchSize: 2 })) {
      seen.push([length, inputs[0]!.shape, [...inputs[1]!.values], [...targets], [...positions]]);
    }
    expect(seen).toEqual([
      [2, [2, 1], [2, 2], [1, 1], [2, 2]],
      [1, [1, 1], [1], [0], [0]],
    ]);
    expect(() => dataset.batches([3], { batchSize: 2 })).toThrow(
      "order[0] to be a whole number from 0 to 2, got 3",
    );
  });
});

suite("openTable, given texts with line breaks,", () => {
  test("takes them for words as any other", async () => {
    const rows = Array.from({ length: 8 }, (_, i) => `"said\nin ${i % 2} lines",${i % 2 === 0 ? "p" : "q"}`);
    const { train } = await openTable(table(csv("breaks.csv", "t,label", ...rows)));
    expect((train as TableExamples).table.categorical[0]?.distinct).toEqual([
      "said\nin 0 lines",
      "said\nin 1 lines",
    ]);
  });
});

suite("openTable, given bad input,", () => {
  const fault = async (data: CustomData): Promise<string> => dataFault(openTable(data));

  test("asks for the label column where none is called so", async () => {
    expect(await fault(table(csv("l.csv", "a,b", "1,2", "3,4")))).toContain(
      "expected one column called label, target, class or y, got a, b. Say which column holds the classes: --label COLUMN.",
    );
    expect(await fault(table(csv("ll.csv", "label,y", "1,2", "3,4")))).toContain("got label and y.");
  });

  test("asks for a header where the first line looks like data", async () => {
    const bare = csv("bare.csv", "0.5,red,1", "0.7,blue,2");
    const words = "If the first line is data, say --no-header";
    expect(await fault(table(bare))).toContain(words);
    expect(await fault({ ...table(bare), label: "colour" })).toContain(`Name one of its columns. ${words}`);
    expect(await fault(table(csv("again.csv", "1,1,red", "2,3,blue")))).toContain(words);
    expect(await fault(table(csv("l.csv", "a,b", "1,2", "3,4")))).not.toContain(words);
  });

  test("names the first row without a class, and counts them", async () => {
    const path = csv("u.csv", "a,label", "1,x", "2,", "3,y", "4,");
    expect(await fault(table(path))).toBe(
      `${path}, row 2: expected a class in column "label", got nothing, as in 2 rows in all. Fill it in, take the row out, or leave such rows out with --unlabelled skip.`,
    );
  });

  test("refuses one class, and a column that holds no classes", async () => {
    expect(await fault(table(csv("one.csv", "a,label", "1,x", "2,x")))).toContain(
      'two classes or more in column "label", got only "x"',
    );
    const many = csv("many.csv", "a,label", ...rowsOf(60, (i) => `1,${i}.5`));
    expect(await fault(table(many, { options: { numeric: ["a"] } }))).toContain(
      "60 different values in 60 rows. This looks like a number or an id",
    );
  });

  test("refuses a class that only the test table has, by row", async () => {
    const train = csv("t1.csv", "a,label", "1,x", "2,y");
    const test_ = csv("t2.csv", "a,label", "1,x", "2,z", "2,z");
    expect(await fault(table(train, { testPaths: [test_] }))).toContain(
      `${test_}, row 2: expected a class that the training data has (x, y), got "z"; 2 rows with z.`,
    );
  });

  test("refuses a test table without a column that training has", async () => {
    const train = csv("f1.csv", "amount,label", "1,x", "2,y");
    const test_ = csv("f2.csv", "ammount,label", "1,x");
    expect(await fault(table(train, { testPaths: [test_] }))).toContain(
      `expected a column "amount", got columns ammount, label. Did you mean "ammount"?`,
    );
  });

  test("refuses options that name no column, the classes, or a column twice", async () => {
    const path = csv("p.csv", "amount,label", "1,x", "2,y");
    expect(await fault(table(path, { options: { ignore: ["amuont"] } }))).toContain('Did you mean "amount"?');
    expect(await fault(table(path, { options: { numeric: ["label"] } }))).toContain(
      "got the column of classes",
    );
    await expect(
      openTable(table(path, { options: { numeric: ["amount"], ignore: ["amount"] } })),
    ).rejects.toThrow("options to name each column once");
    await expect(openTable(table(path, { options: { numerc: ["amount"] } }))).rejects.toThrow(
      'Did you mean "numeric"?',
    );
  });

  test("says why no column is left to learn from", async () => {
    expect(await fault(table(csv("k.csv", "a,label", "1,x", "1,y")))).toContain(
      'a column to learn from beside "label", got column "a" is ignored: it has one value in all rows',
    );
  });

  test("says that memory is too small, and what to do", async () => {
    const names = rowsOf(2000, (i) => `c${i}`).join(",");
    const path = csv(
      "memory.csv",
      names,
      ...rowsOf(300, (i) => rowsOf(2000, (c) => `${i * c}.25`).join(",")),
    );
    const reading = withDuckDB(async (db) => {
      await db.run("SET memory_limit = '2MB'");
      const files = await findTable(db, path);
      return columnFacts(db, files).catch((error: unknown) => {
        throw tableFault(error, files.paths);
      });
    });
    expect(await dataFault(reading)).toMatch(
      /expected a table that can be read with the memory that this process may use, got one for which the .* of its limit are too few\. Give it more memory/,
    );
  });

  test("refuses a header without rows", async () => {
    expect(await fault(table(csv("h.csv", "a,label"), { options: { numeric: ["a"] } }))).toContain(
      "got none",
    );
  });

  test("reads or refuses a damaged table, and never anything else", { timeout: 60_000 }, async () => {
    const whole = Buffer.from("id,a,c,label\n1,2.5,x,p\n2,,y,q\n3,7,x,p\n4,1e3,,q\n");
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const error: unknown = await openTable(table(file("damaged.csv", bytes))).catch(
          (cause: unknown) => cause,
        );
        if (error instanceof Error) expect(error).toBeInstanceOf(RunError);
      }),
      { numRuns: 25, seed: 8 },
    );
  });
});
