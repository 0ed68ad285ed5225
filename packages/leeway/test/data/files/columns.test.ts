import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe as suite, expect, test } from "vitest";
import { readColumns, textAt, type TextColumn } from "../../../src/data/files/columns.ts";
import { withDuckDB } from "../../../src/data/files/duckdb.ts";
import { findTable } from "../../../src/data/files/table-files.ts";
import { RunError } from "../../../src/errors.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leeway-columns-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Writes a file into the test's folder. @returns its path */
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Writes a Parquet file from a SELECT. */
async function parquet(name: string, select: string): Promise<string> {
  const path = join(folder, name);
  await withDuckDB((db) => db.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`));
  return path;
}

type Options = Partial<Parameters<typeof readColumns>[1]>;

/** Columns as they are requested; by default all, as the files have them: text in CSV. */
async function columnsOf(
  paths: string | string[],
  { columns, ...dialect }: Options = {},
): ReturnType<typeof readColumns> {
  const { columns: found } = await withDuckDB((db) => findTable(db, paths, dialect));
  const all = Object.fromEntries(found.map(({ name, type }) => [name, type]));
  return readColumns(paths, { columns: columns ?? all, ...dialect });
}

const textAndNumber = { a: "text", b: "number" } as const;

/** Columns as plain lists: NaN and undefined where missing. */
async function read(
  paths: string | string[],
  options: Options = {},
): Promise<Record<string, readonly unknown[]>> {
  const { columns } = await columnsOf(paths, options);
  return Object.fromEntries(
    [...columns].map(([name, column]) => [
      name,
      column.kind === "text" ? [...column.codes].map((_, i) => textAt(column, i)) : [...column.values],
    ]),
  );
}

async function faultOf(paths: string | string[], options: Options = {}): Promise<string> {
  const error: unknown = await columnsOf(paths, options).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(RunError);
  expect((error as RunError).code).toBe("data");
  return (error as RunError).message;
}

suite("readColumns", () => {
  test("reads numbers and text of a CSV file, and what is missing of them", async () => {
    const path = file("a.csv", "n,t\n1.5,cat\n,\nNA,dog\n-3e2,cat\n");
    expect(await read(path, { columns: { n: "number", t: "text" } })).toEqual({
      n: [1.5, NaN, NaN, -300],
      t: ["cat", undefined, "dog", "cat"],
    });
  });

  test("keeps each distinct text once", async () => {
    const { columns } = await columnsOf(file("d.csv", "t\nb\na\nb\n"));
    const column = columns.get("t") as TextColumn;
    expect([[...column.codes], column.distinct, column.missing]).toEqual([[0, 1, 0], ["b", "a"], 0]);
  });

  test("keeps text as it stands where text is asked for", async () => {
    expect(await read(file("zip.csv", "zip\n007\n1.0\n"), { columns: { zip: "text" } })).toEqual({
      zip: ["007", "1.0"],
    });
  });

  for (const [name, text] of [
    ["semicolon.csv", "a;b\n1,5;x\n"],
    ["tab.tsv", "a\tb\n1,5\tx\n"],
    ["bar.csv", "a|b\r\n1,5|x\r\n"],
  ] as const) {
    test(`finds the delimiter of ${name}`, async () => {
      expect(await read(file(name, text))).toEqual({ a: ["1,5"], b: ["x"] });
    });
  }

  test("leaves texts of JSON as they are written, dates too", async () => {
    const written = ["31-12-2024", "2024-01-02T10:00:00.000Z", "2024-01-02"];
    for (const text of written) {
      expect(await read(file("dates.jsonl", `{"when":"${text}"}\n`))).toEqual({ when: [text] });
    }
  });

  test("names whole numbers of typed files as people write them where text is asked for", async () => {
    const path = file("stars.jsonl", '{"stars":5}\n{"stars":1}\n{"stars":2.5}\n{"stars":null}\n');
    expect(await read(path, { columns: { stars: "text" } })).toEqual({ stars: ["5", "1", "2.5", undefined] });
  });

  test("reads quotes, line ends inside them, and compressed files", async () => {
    const text = 'a,"b ""c"""\n"x, ""y""\nz",2\n';
    const columns = { a: "text", 'b "c"': "number" } as const;
    expect(await read(file("quoted.csv.gz", gzipSync(text)), { columns })).toEqual({
      a: ['x, "y"\nz'],
      'b "c"': [2],
    });
  });

  test("reads UTF-16 by its mark and Latin-1 where told", async () => {
    const mark = Buffer.from([0xff, 0xfe]);
    const utf16 = file("u.csv", Buffer.concat([mark, Buffer.from("a,b\né,1\n", "utf16le")]));
    expect(await read(utf16, { columns: textAndNumber })).toEqual({ a: ["é"], b: [1] });
    const latin = file("l.csv", Buffer.from("a,b\né,1\n", "latin1"));
    expect(await read(latin, { columns: textAndNumber, encoding: "latin-1" })).toEqual({ a: ["é"], b: [1] });
  });

  test("believes a mark more than what it is told, as of training for another file", async () => {
    const path = file("mark.csv", "\ufeffa,b\né,1\n");
    expect(await read(path, { columns: textAndNumber, encoding: "latin-1" })).toEqual({ a: ["é"], b: [1] });
  });

  test("reads JSON lines: mixed types are text, a field that is left out is missing", async () => {
    const path = file("a.jsonl", '{"x":1,"v":[1,2]}\n{"x":"s","v":[3,4],"y":2}\n');
    expect(await read(path)).toEqual({ x: ["1", "s"], v: [1, 2, 3, 4], y: [NaN, 2] });
  });

  test("reads Parquet: numbers, booleans as text, lists as vectors", async () => {
    const path = await parquet(
      "a.parquet",
      "SELECT 1::BIGINT AS i, 0.5::DECIMAL(4,2) AS d, true AS b, [1.5, 2]::FLOAT[] AS l, [3, 4]::FLOAT[2] AS f, DATE '2020-01-02' AS t",
    );
    expect(await read(path)).toEqual({
      ...{ i: [1], d: [0.5], b: ["true"], l: [1.5, 2], f: [3, 4] },
      t: ["2020-01-02"],
    });
  });

  test("reads a pattern's files in the order of their names, and says where a row stands", async () => {
    file("part-2.csv", "n\n3\n4\n");
    file("part-1.csv", "n\n1\n2\n");
    const { columns, origin } = await columnsOf(join(folder, "part-*.csv"), { columns: { n: "number" } });
    expect([...(columns.get("n") as { values: Float32Array }).values]).toEqual([1, 2, 3, 4]);
    expect(origin(2)).toEqual({ file: join(folder, "part-2.csv"), row: 1 });
  });

  test("takes a file whose name looks like a pattern as that file", async () => {
    file("w1.csv", "n\n1\n");
    expect(await read(file("w[1].csv", "n\n2\n"), { columns: { n: "number" } })).toEqual({ n: [2] });
  });

  test("reads many rows in their order", async () => {
    const path = await parquet("many.parquet", "SELECT range AS n, 'c' || range % 7 AS t FROM range(50000)");
    const { rows, columns } = await columnsOf(path);
    const n = columns.get("n") as { values: Float32Array };
    expect([rows, n.values.every((value, i) => value === i)]).toEqual([50_000, true]);
  });

  test("reads nothing from a header alone", async () => {
    expect((await columnsOf(file("header.csv", "a,b\n"))).rows).toBe(0);
  });
});

suite("readColumns, given bad input,", () => {
  test("names file and line of a ragged row", async () => {
    const path = file("ragged.csv", "a,b\n1,2\n3\n4,5\n");
    expect(await faultOf(path)).toBe(
      `${path}, line 3: expected as many values as the header has names, got 1 where 2 were expected. ` +
        "Mend the line: a value that holds the delimiter must stand in double quotes.",
    );
  });

  test("names the second file's ragged row", async () => {
    const paths = [file("whole.csv", "a,b\n1,2\n"), file("torn.csv", "a,b\n1,2,3\n")];
    expect(await faultOf(paths)).toContain(`${paths[1]!}, line 2: expected as many values`);
  });

  test("names file and row of a value that is no number", async () => {
    const paths = [file("n1.csv", "n\n1\n2\n"), file("n2.csv", "n\n3\nfour\n")];
    expect(await faultOf(paths, { columns: { n: "number" } })).toBe(
      `${paths[1]!}, row 2: expected column "n" to hold numbers, got "four". Mend it, leave it empty, or read the column as text.`,
    );
  });

  for (const [what, name, content, message] of [
    ["an empty file", "empty.csv", "", "got an empty file. Add the header."],
    ["an empty first line", "blank.csv", "\n1,2\n", "got an empty first line. Add the header."],
    [
      "a name that comes twice",
      "twice.csv",
      "a,b,a\n1,2,3\n",
      `expected each column's name once, whatever its case, got "a" twice`,
    ],
    ["names that differ in case alone", "case.csv", "a,A\n1,2\n", `got "a" and "A". Rename one of them.`],
    [
      "bytes that are not UTF-8",
      "bytes.csv",
      Buffer.from([0x61, 0x0a, 0xe9, 0xff, 0x0a]),
      "expected text in UTF-8",
    ],
    ["a quote never closed", "open.csv", 'a,b\n1,"x\n', "expected double quotes around a whole value"],
    [
      "JSON lines that are not UTF-8",
      "latin.jsonl",
      Buffer.from('{"a":"\xe9"}\n', "latin1"),
      "latin.jsonl, row 1: expected JSON in UTF-8",
    ],
    [
      "half a JSON object, by row",
      "half.jsonl",
      '{"a":1}\n\n{"a":\n{"a":3}\n',
      "half.jsonl, row 2: expected a JSON object a line, got a fault at byte",
    ],
    ["text called Parquet", "text.parquet", "a,b\n1,2\n", "expected a whole Parquet file"],
    [
      "an old Excel file",
      "a.xls",
      Buffer.from("d0cf11e0a1b11ae10000", "hex"),
      "expected a table that we read, got an old Excel file. Save it as .xlsx or .csv.",
    ],
    ["damaged gzip", "torn.csv.gz", Buffer.from("1f8b0800", "hex"), "torn.csv.gz: expected"],
  ] as const) {
    test(`refuses ${what}`, async () => {
      expect(await faultOf(file(name, content))).toContain(message);
    });
  }

  test("refuses another encoding than UTF-8 for JSON lines, which it would not heed", async () => {
    const path = file("said.jsonl", '{"a":1}\n');
    expect(await faultOf(path, { encoding: "latin-1" })).toBe(
      `${path}: expected UTF-8, as jsonl always is, got latin-1. Leave --encoding out; save the file as UTF-8 if it is not.`,
    );
  });

  test("refuses vectors of two lengths, by row", async () => {
    const path = file("lists.jsonl", '{"v":[1,2]}\n{"v":[1]}\n');
    expect(await faultOf(path)).toContain(`row 2: expected column "v" to hold 2 numbers in each row, got 1`);
  });

  test("guesses the column that was meant", async () => {
    const path = file("lab.csv", "label,x\na,1\n");
    expect(await faultOf(path, { columns: { lable: "text" } })).toContain(`Did you mean "label"?`);
  });

  test("says which file is not there, and that a pattern fits none", async () => {
    expect(await faultOf(join(folder, "none.csv"))).toContain("got no such file");
    expect(await faultOf(join(folder, "none*.csv"))).toContain("got a pattern that fits none");
    expect(await faultOf(folder)).toContain("expected a table file, got a folder");
  });

  test("refuses files with other columns, or of two formats", async () => {
    const paths = [file("x1.csv", "a,b\n1,2\n"), file("x2.csv", "b,a\n1,2\n")];
    expect(await faultOf(paths)).toContain(`its column 1 "a", got "b". Put the columns in one order.`);
    expect(await faultOf([paths[0]!, file("x.jsonl", "{}")])).toContain("got jsonl");
  });

  for (const ending of ["csv", "jsonl", "parquet"] as const) {
    test(
      `reads or refuses a damaged .${ending} file, and never anything else`,
      { timeout: 60_000 },
      async () => {
        const whole = {
          csv: Buffer.from('id,t,n\n1,"a, b",2.5\n2,é,\n3,c,7\n'),
          jsonl: Buffer.from('{"id":1,"t":"a","v":[1,2]}\n{"id":2,"t":"é","v":[3,4]}\n'),
          parquet: await import("node:fs").then(async ({ readFileSync }) =>
            readFileSync(
              await parquet(
                "seed.parquet",
                "SELECT range AS id, 'x' || range AS t, [range, 1]::FLOAT[] AS v FROM range(20)",
              ),
            ),
          ),
        }[ending];
        const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
          maxLength: 6,
        });
        await fc.assert(
          fc.asyncProperty(
            damage,
            fc.option(fc.nat(whole.length), { nil: undefined }),
            async (changes, cut) => {
              const bytes = Buffer.from(whole);
              for (const [at, value] of changes) bytes[at] = value;
              const error: unknown = await columnsOf(file(`damaged.${ending}`, bytes.subarray(0, cut))).then(
                () => undefined,
                (cause: unknown) => cause,
              );
              if (error !== undefined) expect(error).toBeInstanceOf(RunError);
            },
          ),
          { numRuns: 40, seed: 5 },
        );
      },
    );
  }
});

suite("paths at which nothing is", () => {
  test("are one error with their number and the first three", async () => {
    const paths = [1, 2, 3, 4, 5].map((i) => join(folder, `gone${i}.csv`));
    const there = file("there.csv", "a,b\n1,2\n");
    expect(await faultOf([there, ...paths])).toBe(
      `${paths[0]!}: expected a table file, got no such file, as for 5 of the 6 paths (${paths.slice(0, 3).join(", ")}, …). Check the paths.`,
    );
  });
});

suite("what stands in a file", () => {
  test("is shown in errors though it is invisible", async () => {
    const path = file("invisible.csv", "n\n1\n\u200b\n");
    expect(await faultOf(path, { columns: { n: "number" } })).toContain('got "\\u{200b}"');
    expect(await faultOf(file("zero.csv", "n\n\u0000\n"), { columns: { n: "number" } })).toContain(
      'got "\\u{0}"',
    );
    expect(await faultOf(file("space.csv", "n\n1\u00a02\n"), { columns: { n: "number" } })).toContain(
      'got "1\\u{a0}2"',
    );
  });
});
