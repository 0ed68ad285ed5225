import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe as suite, expect, test } from "vitest";
import { type CustomData } from "../../../src/catalogue/index.ts";
import { dataFacts } from "../../../src/data/index.ts";
import { spellings } from "../../../src/data/inspect/findings.ts";
import { table, tableFolder } from "../tables/table-files.ts";

const { file, path } = tableFolder();

async function findingsOf(source: CustomData): Promise<Record<string, string[]>> {
  const { findings } = await dataFacts({ dataset: "own", source });
  const found: Record<string, string[]> = {};
  for (const { about, message } of findings) (found[about] ??= []).push(message);
  return found;
}

/** A table of 100 rows, with the class and whatever is said of a row. */
function rows(name: string, header: string, row: (i: number) => string): string {
  return file(name, `${header}\n${Array.from({ length: 100 }, (_, i) => `${row(i)}\n`).join("")}`);
}

suite("dataFacts of a table", () => {
  test("counts classes in label order, with those of the test", async () => {
    const train = file("a.csv", "x,label\n1,b\n2,a\n3,b\n");
    const held = file("b.csv", "x,label\n1,a\n5,c\n");
    const { classNames, trainCounts, testCounts } = await dataFacts({
      dataset: "own",
      source: table(train, { testPaths: [held] }),
    });
    expect([classNames, trainCounts, testCounts]).toEqual([
      ["a", "b", "c"],
      [1, 2, 0],
      [1, 0, 1],
    ]);
  });

  test("says what is missing where no row has a class", async () => {
    const found = await findingsOf(table(file("none.csv", "x,c,label\n1,u,\n2,v,\n3,u,\n")));
    expect(found["missing-label"]).toHaveLength(1);
  });

  test("finds copies, contradictions, and test rows that are in training too", async () => {
    const train = file("c.csv", "x,c,label\n1,u,a\n1,u,a\n2,v,a\n2,v,b\n3,w,b\n");
    const held = file("d.csv", "x,c,label\n3,w,b\n9,u,a\n");
    const found = await findingsOf(table(train, { testPaths: [held] }));
    expect(found["duplicates"]).toEqual([
      "2 training examples are copies of others: a part that is held out would have been seen in training",
    ]);
    expect(found["conflicting-labels"]).toEqual(["2 examples have the same content as one of another class"]);
    expect(found["across-splits"]?.[0]).toContain("1 of the 2 test examples are copies of training examples");
  });

  test("counts test rows of another class as contradictions, and no leaks", async () => {
    const train = file("other.csv", "x,c,label\n1,u,a\n2,v,b\n");
    const held = file("other-test.csv", "x,c,label\n1,u,b\n5,w,a\n");
    const found = await findingsOf(table(train, { testPaths: [held] }));
    expect(found["across-splits"]).toBeUndefined();
    expect(found["conflicting-labels"]).toEqual(["2 examples have the same content as one of another class"]);
  });

  test("finds a column that gives the class away, by value or by size", async () => {
    const leak = rows(
      "leak.csv",
      "x,code,label",
      (i) => `${(i * 7) % 13},${i % 10 === 0 ? "F" : "N"},${i % 10 === 0 ? 1 : 0}`,
    );
    expect((await findingsOf(table(leak)))["leak"]).toEqual([
      `column "code" alone gives the class away: is it known when the model is used? --ignore code leaves it out`,
    ]);
    const honest = rows(
      "honest.csv",
      "x,code,label",
      (i) => `${(i * 7) % 13},${i % 3},${i % 10 === 0 ? 1 : 0}`,
    );
    expect((await findingsOf(table(honest)))["leak"]).toBeUndefined();
  });

  test("takes no column of numbers that are there once for a leak", async () => {
    const noise = rows("noise.csv", "x,label", (i) => `${((i * 7919) % 997) / 997},${i % 4 === 0 ? 1 : 0}`);
    expect((await findingsOf(table(noise)))["leak"]).toBeUndefined();
  });

  test("finds a column of many numbers that goes with the rarest class, though a row has none", async () => {
    const many = Array.from({ length: 1200 }, (_, i) => {
      const label = i === 7 ? "" : i % 3 === 0 ? "b" : "a";
      return `${label === "b" ? 100 + i / 1e4 : i / 1e4},${label}\n`;
    });
    const leak = file("gap.csv", `x,label\n${many.join("")}`);
    expect((await findingsOf(table(leak)))["leak"]?.[0]).toContain('column "x" alone gives the class away');
  });

  test("finds a column of few rows that goes with the rarest class, and dates and written numbers too", async () => {
    const label = (i: number): string => (i % 4 === 0 ? "b" : "a");
    const size = (i: number): number => (i % 4 === 0 ? 5000 : 1000) + i / 100;
    const path_ = rows("sizes.csv", "x,z,d,label", (i) => {
      const day = String(1 + (i % 25)).padStart(2, "0");
      return `$${size(i)},${(i * 37) % 101},${i % 4 === 0 ? 2024 : 1990}-01-${day},${label(i)}`;
    });
    expect((await findingsOf(table(path_)))["leak"]?.map((message) => message.split(" alone")[0])).toEqual([
      'column "x"',
      'column "d"',
    ]);
  });

  test("compares and hashes rows of more columns than are read at a time", { timeout: 60_000 }, async () => {
    const names = Array.from({ length: 2100 }, (_, c) => `c${c}`).join(",");
    const cells = (i: number): string => Array.from({ length: 2099 }, (_, c) => (i * c) % 7).join(",");
    const path_ = rows("wide.csv", `${names},label`, (i) => `${cells(i % 98)},${i % 2 ? "p" : "q"},${i % 2}`);
    const found = await findingsOf(table(path_));
    expect(found["duplicates"]?.[0]).toMatch(/^\d+ training examples are copies of others/);
    expect(found["leak"]).toEqual([expect.stringContaining('column "c2099" alone gives the class away')]);
  });

  test("finds a label that is a number or an id, as training does", async () => {
    const prices = rows("prices.csv", "x,label", (i) => `${i % 9},${i * 1.5}`);
    expect((await findingsOf(table(prices)))["no-classes"]?.[0]).toContain(
      'column "label" has 100 different values in 100 rows',
    );
  });

  test("finds constants, ids, missing classes and single examples", async () => {
    const path_ = rows(
      "odd.csv",
      "id,one,x,label",
      (i) => `${i},7,${i % 9},${i === 3 ? "" : i === 4 ? "rare" : i % 2}`,
    );
    const found = await findingsOf(table(path_));
    expect(found["column"]?.map((message) => message.split(":")[0])).toEqual([
      'column "id" is ignored',
      'column "one" is ignored',
    ]);
    expect(found["missing-label"]).toEqual(["1 row has no class: --unlabelled skip leaves it out"]);
    expect(found["single-example"]).toEqual([`"rare" has a single training example: it cannot be held out`]);
  });
});

suite("dataFacts of classes", () => {
  test("finds names that are signs for a missing class, and no others", async () => {
    const names = ["NA", "nan", "none", "x"];
    const found = await findingsOf(table(rows("signs.csv", "x,label", (i) => `${i % 9},${names[i % 4]!}`)));
    const advice = "if it is, leave these cells empty; --unlabelled skip then leaves the rows out";
    expect(found["label-spelling"]?.filter((message) => message.includes("missing"))).toEqual(
      ["NA", "nan"].map(
        (name) =>
          expect.stringMatching(
            new RegExp(`"${name}" \\(\\d+\\) reads as a missing class: ${advice}`),
          ) as string,
      ),
    );
  });
});

suite("dataFacts of own texts and images", () => {
  test("finds copies of texts", async () => {
    const source: CustomData = {
      kind: "text",
      paths: [file("t.csv", "text,label\nhello,a\nhello ,b\nbye,b\n")],
    };
    const found = await findingsOf(source);
    expect(found["conflicting-labels"]).toEqual(["2 examples have the same content as one of another class"]);
  });

  test("counts test texts that leak into training by their class too, as training does", async () => {
    const train = file("leak-train.csv", "text,label\nhello,a\nbye,b\n");
    const held = file("leak-test.csv", "text,label\nhello,a\nhello,a\nbye,a\nnew,b\n");
    const found = await findingsOf({ kind: "text", paths: [train], testPaths: [held] });
    expect(found["across-splits"]).toEqual([
      "2 of the 4 test examples are copies of training examples of the same class: the test accuracy is too optimistic",
    ]);
  });

  test("compares images of a folder by their bytes, without decoding them", async () => {
    for (const [name, bytes] of [
      ["cat/1.jpg", "x"],
      ["cat/2.jpg", "y"],
      ["dog/1.jpg", "x"],
    ] as const) {
      mkdirSync(join(path, "photos", name, ".."), { recursive: true });
      writeFileSync(join(path, "photos", name), bytes);
    }
    const { trainCounts, findings } = await dataFacts({
      dataset: "own",
      source: { kind: "image", paths: [join(path, "photos")] },
    });
    expect(trainCounts).toEqual([2, 1]);
    expect(findings.map(({ about }) => about)).toContain("conflicting-labels");
  });
});

suite("dataFacts of a folder of images", () => {
  test("counts those of another folder as its test", async () => {
    for (const name of ["own/cat/1.jpg", "own/dog/1.jpg", "held/dog/2.jpg"]) file(name, name);
    const { testCounts } = await dataFacts({
      dataset: "own",
      source: { kind: "image", paths: [join(path, "own")], testPaths: [join(path, "held")] },
    });
    expect(testCounts).toEqual([0, 1]);
  });
});

suite("spellings", () => {
  const pairs = (names: string[], counts: number[]): string[] =>
    spellings(names, counts).map(({ message }) => message);

  test("finds names that differ in case and spaces", () => {
    expect(pairs(["Cat", "cat ", "dog"], [5, 90, 70])).toEqual([
      `"Cat" (5) and "cat " (90) may be one class`,
    ]);
  });

  test("finds a slip of one letter where it is rare", () => {
    expect(pairs(["caat", "cat", "catt"], [1, 100, 80])).toEqual([
      `"caat" (1) and "cat" (100) may be one class`,
      `"caat" (1) and "catt" (80) may be one class`,
    ]);
  });

  test("leaves numbers and short names alone", () => {
    expect(pairs(["1000", "1001", "a", "b", "car", "cat"], [1, 900, 1, 900, 1, 900])).toEqual([]);
  });
});
