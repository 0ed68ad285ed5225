import { describe as suite, expect, test } from "vitest";
import { relatedColumns } from "../../../src/data/custom/related-columns.ts";
import { dataFacts, findData, openCustomData } from "../../../src/data/index.ts";
import { tableFolder } from "../tables/table-files.ts";

const { file } = tableFolder();
/** A table of 200 rows. */
const rows = (name: string, header: string, row: (i: number) => string): string =>
  file(name, `${header}\n${Array.from({ length: 200 }, (_, i) => `${row(i)}\n`).join("")}`);
const related = async (path: string, options = {}): Promise<string[]> =>
  (await relatedColumns({ kind: "table", paths: [path], options })).map(
    ({ kind, name }) => `${kind} ${name}`,
  );
const noise = (i: number): number => (i * 7919) % 101;

suite("relatedColumns", () => {
  const patients = rows(
    "patients.csv",
    "x,patient_id,label",
    (i) => `${noise(i)},${i >> 2},${(i >> 2) % 3 === 0 ? 1 : 0}`,
  );

  test("finds an id that repeats and whose rows are of one class, and names --group", async () => {
    const [first] = await relatedColumns({ kind: "table", paths: [patients] });
    expect(first!.message).toBe(
      'column "patient_id" has 50 values in 200 rows, those of one value of one class: a random split puts some of them on both sides, whether the column is used or not; --group patient_id keeps them together',
    );
    expect(await related(patients, { group: "patient_id" })).toEqual([]);
  });

  test("is said by train and inspect, which do not advise to leave the id out", async () => {
    const { source } = await findData([patients]);
    const { notes } = await openCustomData(source!);
    expect(notes!.filter((note) => note.includes("--group patient_id"))).toHaveLength(1);
    const { findings } = await dataFacts({ dataset: "own", source: source! });
    expect(findings.filter(({ about }) => about === "group")).toHaveLength(1);
    expect(findings.filter(({ about }) => about === "leak")).toEqual([]);
  });

  test("finds codes of other names where rows of one are of one class", async () => {
    const codes = rows(
      "codes.csv",
      "x,scan,label",
      (i) => `${noise(i)},S${i >> 2},${(i >> 2) % 3 === 0 ? 1 : 0}`,
    );
    expect(await related(codes)).toEqual(["group scan"]);
  });

  test.for([
    ["ids that do not repeat", "user_id,label", (i: number) => `u${i},${i % 2}`],
    ["ids whose rows are of any class", "store_id,label", (i: number) => `${i % 20},${noise(i) % 2}`],
    ["numbers of few values", "age,label", (i: number) => `${i % 40},${i % 40 > 20 ? 1 : 0}`],
    ["the rare class being rare", "user_id,label", (i: number) => `${i % 50},${i === 0 ? 1 : 0}`],
    ["dates of birth", "birth_date,label", (i: number) => `19${10 + (i % 80)}-01-01,${noise(i) % 2}`],
  ] as const)("is silent about %s", async ([what, header, row]) => {
    expect(await related(rows(`${what}.csv`, header, row))).toEqual([]);
  });

  test.for([
    ["seen", (i: number) => `2024-01-${String(1 + (i % 28)).padStart(2, "0")}`],
    ["when", (i: number) => `${1 + (i % 28)}.03.2024 12:00`],
    ["timestamp", (i: number) => String(1.7e9 + i)],
  ] as const)("finds times in a column %s, and names --time", async ([name, value]) => {
    const path = rows(
      `${name}-times.csv`,
      `x,${name},label`,
      (i) => `${noise(i)},${value(i)},${noise(i) % 2}`,
    );
    const [first] = await relatedColumns({ kind: "table", paths: [path] });
    expect(first!.message).toBe(
      `column "${name}" says when rows were: if later rows are to be predicted from earlier ones, a random split is too good; --time ${name} tests on the last part`,
    );
    expect(await related(path, { time: name })).toEqual([]);
  });
});

suite("dataFacts", () => {
  test("says what of a split could not be judged, as training does", async () => {
    const one = rows("one.csv", "x,label", (i) => `${noise(i)},${i === 0 ? 1 : 0}`);
    const two = rows("two.csv", "x,label", (i) => `${noise(i)},${i < 2 ? 1 : 0}`);
    const about = async (path: string, options = {}): Promise<string[]> => {
      const { findings } = await dataFacts({
        dataset: "own",
        source: { kind: "table", paths: [path], options },
      });
      return findings
        .filter((each) => each.about.includes("split"))
        .map((each) => `${each.about}: ${each.message}`);
    };
    expect(await about(one)).toEqual([
      "no-split: a test that is held out would have examples of one class alone: name a test split with --test, or add examples",
    ]);
    expect(await about(two)).toEqual(['split: few examples to judge by: "1" (1 test, 0 validation)']);
    const patients = rows(
      "grouped.csv",
      "x,who,label",
      (i) => `${noise(i)},${i >> 2},${(i >> 2) % 3 === 0 ? 1 : 0}`,
    );
    expect((await about(patients, { group: "who" }))[0]).toMatch(
      /^split: groups by "who" stay whole: \d+ train, \d+ validate, \d+ test$/,
    );
  });
});
