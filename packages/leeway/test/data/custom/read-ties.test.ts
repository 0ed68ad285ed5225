import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { findData, openCustomData } from "../../../src/data/index.ts";
import type { Source } from "../../../src/data/source.ts";
import { temporaryFolder } from "../../storage/temporary-folder.ts";
import { writeTree } from "../text/text-files.ts";

const write = (files: Readonly<Record<string, string>>): string =>
  writeTree(temporaryFolder(), Object.entries(files));
const open = async (path: string, hints: Parameters<typeof findData>[1]): Promise<Source> =>
  openCustomData((await findData([path], hints)).source!);
const namesOf = (
  { ties }: Source,
  split: "train" | "test" | "validation" = "train",
): (string | undefined)[] => {
  const { codes, names } = ties![split]!.groups!;
  return [...codes].map((code) => names[code]);
};

const table = [
  "x,patient,when,label",
  "1,p1,2024-01-02,a",
  "2,p1,2024-01-01,b",
  "3,,2024-01-03,a",
  "4,p2,2024-01-03,b",
];

suite("groups and times of tables", () => {
  test("are read row by row, and not learned from", async () => {
    const folder = write({ "t.csv": table.join("\n"), "test.csv": "x,patient,label\n5,p2,a\n" });
    const source = await open(join(folder, "t.csv"), {
      testPaths: [join(folder, "test.csv")],
      options: { group: "patient", time: "when" },
    });
    expect(namesOf(source)).toEqual(["p1", "p1", undefined, "p2"]); // one without is a group of its own
    expect(namesOf(source, "test")).toEqual(["p2"]);
    expect([...source.ties!.train.times!.values].map((time) => new Date(time).getUTCDate())).toEqual([
      2, 1, 3, 3,
    ]);
    expect(source.prepare(source.train).apply(source.train).input).toMatchObject({
      numeric: 1,
      categories: [],
    });
  });

  test("are learned from where that is said", async () => {
    const folder = write({ "t.csv": table.join("\n") });
    const source = await open(join(folder, "t.csv"), {
      options: { group: "patient", time: "when", categorical: ["patient"] },
    });
    expect(source.prepare(source.train).apply(source.train).input).toMatchObject({ categories: [4] });
  });

  test("are of texts too, which stay texts beside them", async () => {
    const folder = write({ "t.csv": "text,user_name,label\nhello,u1,a\nbye,u2,b\n" });
    const source = await open(join(folder, "t.csv"), { options: { group: "user_name" } });
    expect("texts" in source.train).toBe(true);
    expect(namesOf(source)).toEqual(["u1", "u2"]);
  });

  test("stand beside the classes of embeddings", async () => {
    const folder = write({ "v.csv": "e0,e1,who,label\n1,2,w1,a\n3,4,w2,b\n" });
    const source = await open(join(folder, "v.csv"), { kind: "embedding", options: { group: "who" } });
    expect(namesOf(source)).toEqual(["w1", "w2"]);
    expect("size" in source.train && source.train.size).toBe(2);
  });

  test("refuses a column that is not there, and a pattern's file of groups", async () => {
    const path = join(write({ "t.csv": table.join("\n") }), "t.csv");
    await expect(open(path, { options: { group: "patent" } })).rejects.toThrow('Did you mean "patient"?');
    await expect(open(path, { options: { time: "x", group: "when" } })).resolves.toBeDefined();
    await expect(open(path, { options: { time: "patient" } })).rejects.toThrow(
      /t\.csv, row 3: expected a date, a time or a number in column "patient", got nothing/,
    );
  });
});

suite("groups of folders", () => {
  const files = {
    "a/p1_0.txt": "x",
    "a/p1_1.txt": "x",
    "a/p2_0.txt": "x",
    "b/p3_0.txt": "x",
    "b/other.txt": "x",
  };

  test("are what a pattern's part finds in the files' paths", async () => {
    const source = await open(write(files), { options: { group: "/(p\\d+)_" } });
    expect(namesOf(source)).toEqual(["p1", "p1", "p2", undefined, "p3"]); // other.txt is a group of its own
  });

  test.for([
    [
      "patients.csv",
      "expected group to be a pattern with one part in parentheses, such as 'patient_(\\d+)', got \"patients.csv\"",
    ],
    ["(p)(\\d)", "to be a pattern with one part in parentheses"],
    ["(p", "to be a pattern with one part in parentheses"],
    ["patient(\\d+)", 'to fit the files\' paths, got "patient(\\\\d+)". Paths are such as a/p1_0.txt.'],
  ] as const)("refuses the pattern %s", async ([group, message]) => {
    await expect(open(write(files), { options: { group } })).rejects.toThrow(message);
  });

  test("are what a table says of the files, by their paths or the ends of these", async () => {
    const folder = write(files);
    const groupFile = join(
      write({
        "groups.csv": `file,person\na/p1_0.txt,A\np1_1.txt,A\n${folder}/a/p2_0.txt,B\n./b/p3_0.txt,B\nother.txt,\n`,
      }),
      "groups.csv",
    );
    expect(namesOf(await open(folder, { options: { groupFile } }))).toEqual(["A", "A", "B", undefined, "B"]);
    const short = join(write({ "groups.csv": "file,person\na/p1_0.txt,A\n" }), "groups.csv");
    await expect(open(folder, { options: { groupFile: short } })).rejects.toThrow(
      "groups.csv: expected a group of a/p1_1.txt, got no row for it. Add every file with its group",
    );
  });

  test("refuses a column of times", async () => {
    await expect(open(write(files), { options: { time: "when" } })).rejects.toThrow(
      "expected time to be the column of a table",
    );
  });
});
