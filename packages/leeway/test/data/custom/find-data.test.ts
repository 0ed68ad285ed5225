import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { findData } from "../../../src/data/custom/find-data.ts";
import { combinationsIn } from "../../../src/data/custom/label-checks.ts";
import { dataFault } from "../tables/table-files.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leeway-find-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Writes a file into the test's folder. @returns its path */
function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const csv = "a,label\n1,x\n2,y\n";

suite("findData", () => {
  test("keeps the decimal mark that the numbers of a table have, where commas do not separate", async () => {
    const of = async (name: string, content: string): Promise<unknown> =>
      (await findData([file(name, content)])).source?.options;
    expect(await of("d.csv", "a;label\n1,5;x\n2;y\n")).toEqual({ decimal: "," });
    expect(await of("p.csv", "a;b;label\n1,5;1.5;x\n2,5;2;y\n")).toBeUndefined();
    expect(await of("t.csv", "a;label\n1,500;x\n2,250;y\n")).toBeUndefined();
    expect(await of("c.csv", 'a,label\n"1,5",x\n2,y\n')).toBeUndefined();
  });

  test("takes every name of a delimiter, and refuses options without a value before it opens a file", async () => {
    const path = file("named.txt", "a;label\n1;x\n2;y\n");
    for (const delimiter of ["semicolon", ";"]) {
      const { source } = await findData([path], { kind: "table", options: { delimiter } });
      expect(source?.options).toEqual({ delimiter });
    }
    for (const name of ["delimiter", "comment", "quote"]) {
      const found = findData(["nowhere.csv"], { options: { [name]: "" } });
      await expect(found).rejects.toThrow(`expected source.options.${name} not to be empty`);
    }
    const long = findData([path], { kind: "table", options: { delimiter: "ten letters" } });
    await expect(long).rejects.toThrow("to have at most 9 characters");
  });

  test("asks what a file is whose name does not say that it is a table, and takes --kind or --label for an answer", async () => {
    const path = file("iris.data", "1,x\n2,y\n");
    expect(await dataFault(findData([path]))).toContain(
      'a file that ends in ".data" that looks like a table of 2 columns (1, x). If it is one, say so: --kind table --label COLUMN.',
    );
    const options = { header: false };
    expect((await findData([path], { kind: "table", options })).source?.kind).toBe("table");
    expect((await findData([path], { label: "2", options })).source).toMatchObject({
      kind: "table",
      label: "2",
    });
  });

  test("asks about a first line that is data though a column has the label's name", async () => {
    const bare = file("bare.csv", "1.5,x\n2,y\n3,x\n");
    expect(await dataFault(findData([bare], { label: "x" }))).toContain(
      `got one that looks like data: "x" is a class of its column, and "1.5" no name. Say --no-header, and name columns by their numbers: --label 2.`,
    );
    await findData([file("named.csv", "a,x\n1,x\n2,z\n")], { label: "x" });
  });
});

suite("files that are named twice", () => {
  test("are refused by their place, through links, and by their content", async () => {
    const path = file("one.csv", csv);
    const [soft, hard, copy] = [join(folder, "soft.csv"), join(folder, "hard.csv"), file("copy.csv", csv)];
    symlinkSync(path, soft);
    linkSync(path, hard);
    for (const other of [path, `${folder}/./one.csv`, soft, hard])
      expect(await dataFault(findData([path, other]))).toContain(
        `got the same file as ${path}. Name it once.`,
      );
    expect(await dataFault(findData([path, copy]))).toContain(`got a copy of ${path}. Name it once.`);
    expect(await dataFault(findData([path, join(folder, "cop*.csv")]))).toContain("got a copy of");
  });

  test("are refused as the test of what is learned", async () => {
    const path = file("train.csv", csv);
    expect(await dataFault(findData([path], { testPaths: [path] }))).toBe(
      `${path}: expected test files that are not among those of the training split, got the same file as ${path}. Its rows would be in both. Leave --test out: a part is held out.`,
    );
    const photos = join(folder, "photos");
    mkdirSync(photos);
    expect(await dataFault(findData([photos], { kind: "image", testPaths: [`${photos}/`] }))).toContain(
      "got the same file as",
    );
    const other = file("test.csv", "a,label\n3,x\n2,y\n");
    expect((await findData([path], { testPaths: [other] })).source?.testPaths).toEqual([other]);
  });
});

suite("rows of several classes", () => {
  test("are refused with what they are made of, and the way out", async () => {
    const path = file("pipes.csv", "a,label\n1,x\n2,x|y\n3,none\n4,x|y\n");
    const message = await dataFault(findData([path]));
    expect(message).toContain(
      'expected one class a row in column "label", got several in 2 rows, such as "x|y" (3 classes: x, y, none).',
    );
    expect(message).toContain("--combinations classes");
    const { source } = await findData([path], { options: { combinations: "classes" } });
    expect(source?.options).toEqual({ combinations: "classes" });
  });

  test("are refused in lists of JSON, empty ones counted", async () => {
    const path = file(
      "lists.jsonl",
      '{"a":1,"label":["x"]}\n{"a":2,"label":["x","y"]}\n{"a":3,"label":[]}\n',
    );
    expect(await dataFault(findData([path]))).toContain(
      'got several in 1 rows, such as "[x, y]" (2 classes: x, y), and none in 1.',
    );
  });

  const found = (names: readonly string[]): readonly string[] | undefined =>
    combinationsIn(new Map(names.map((name, i) => [name, names.length - i])), false)?.parts;

  test("are told by parts that are classes or come again", () => {
    expect(found(["a", "b", "a;b"])).toEqual(["a", "b"]);
    expect(found(["Action|Crime", "Action|War"])).toEqual(["Action", "Crime", "War"]);
    expect(found(["['a', 'b']", "['a']"])).toEqual(["a", "b"]);
    expect(found(["a", "b", "a, b"])).toEqual(["a", "b"]);
  });

  test("are not seen in names that hold such a mark", () => {
    expect(found(["a", "b|c"])).toBeUndefined();
    expect(found(["New York, NY", "Albany, NY", "Austin, TX"])).toBeUndefined();
    expect(found(["1", "1,5", "5"])).toBeUndefined();
    expect(found(["a;", "b"])).toBeUndefined();
  });
});
