import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe as suite, expect, test, vi } from "vitest";
import { readColumns, textAt } from "../../../src/data/files/columns.ts";
import { type Dialect, parseDialect } from "../../../src/data/files/dialect.ts";
import { withDuckDB } from "../../../src/data/files/duckdb.ts";
import { findTable } from "../../../src/data/files/table-files.ts";
import { RunError } from "../../../src/errors.ts";
import { zipOf } from "../images/image-files.ts";
import { killAfterFirstWords, outputOf } from "../../storage/programs.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leeway-dialects-"));
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

/** All columns of a table as text. */
async function read(
  path: string | string[],
  options: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, (string | undefined)[]>> {
  const dialect: Dialect = parseDialect(options);
  const names = await withDuckDB(async (db) =>
    (await findTable(db, path, dialect)).columns.map(({ name }) => name),
  );
  const columns = Object.fromEntries(names.map((name) => [name, "text" as const]));
  const found = await readColumns(path, { columns, ...dialect });
  return Object.fromEntries(
    [...found.columns].map(([name, column]) => [
      name,
      column.kind === "text" ? Array.from(column.codes, (_, i) => textAt(column, i)) : [],
    ]),
  );
}

async function faultOf(path: string, options: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const error: unknown = await read(path, options).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(RunError);
  return (error as RunError).message;
}

const rows = { a: ["1", "2"], b: ["x", "y"] };

suite("a table file", () => {
  for (const [what, name, content] of [
    ["a rare delimiter", "caret.csv", "a^b\n1^x\n2^y\n"],
    ["several spaces", "spaces.txt", "  a   b\n  1   x\n 2 \t y\n"],
    ["a first line that names the delimiter", "sep.csv", "sep=;\r\na;b\r\n1;x\r\n2;y\r\n"],
    ["such a line after a byte order mark", "bomsep.csv", "\ufeffsep=;\na;b\n1;x\n2;y\n"],
    ["line ends of several kinds", "ends.csv", "a,b\r\n1,x\n2,y\r\n"],
    ["UTF-16 BE with its mark", "be.csv", Buffer.from("\ufeffa,b\n1,x\n2,y\n", "utf16le").swap16()],
    ["gzip without its ending", "packed.csv", gzipSync("a,b\n1,x\n2,y\n")],
    ["no gzip though it ends so", "plain.csv.gz", "a,b\n1,x\n2,y\n"],
  ] as const) {
    test(`is read with ${what}`, async () => {
      expect(await read(file(name, content))).toEqual(rows);
    });
  }

  test("keeps line ends inside quotes where those of lines are mixed", async () => {
    const path = file("inside.csv", 'a,b\r\n1,"x\ny"\n2,"say ""hi\r\n"""\r\n');
    expect(await read(path)).toEqual({ a: ["1", "2"], b: ["x\ny", 'say "hi\r\n"'] });
  });

  test("has columns by number without a header, and is as long as its lines", async () => {
    const path = file("bare.csv", "1,x\n2,y\n");
    expect(await read(path, { header: false })).toEqual({ column1: ["1", "2"], column2: ["x", "y"] });
    const { columns } = await readColumns(path, { columns: { 2: "text" }, header: false });
    expect([...columns.keys()]).toEqual(["column2"]);
  });

  test("has semicolons as delimiters where a headerless line has as many decimal commas", async () => {
    expect(await read(file("bare2.csv", "1,5;x\n2,5;y\n"), { header: false })).toEqual({
      column1: ["1,5", "2,5"],
      column2: ["x", "y"],
    });
  });

  test("is split at the delimiter that is named: a character, tab, spaces or several characters", async () => {
    expect(await read(file("tab.txt", "a\tb\n1\tx\n2\ty\n"), { delimiter: "tab" })).toEqual(rows);
    expect(await read(file("wide.txt", "a   b\n1  x\n2 \ty\n"), { delimiter: "spaces" })).toEqual(rows);
    expect(await read(file("two.txt", "a::b\n1::x\n2::y\n"), { delimiter: "::" })).toEqual(rows);
  });

  test("has quotes as letters, or other quotes, where told", async () => {
    expect(await read(file("q.csv", 'a,b\n1,5" disk\n2,"y\n'), { quote: "none" })).toEqual({
      a: ["1", "2"],
      b: ['5" disk', '"y'],
    });
    expect(await read(file("q2.csv", "a,b\n1,'x,'\n2,y\n"), { quote: "'" })).toEqual({
      a: ["1", "2"],
      b: ["x,", "y"],
    });
  });

  test("leaves remarks out where told, and asks where they stand above the header", async () => {
    const path = file("remarks.csv", "# made by a tool\n#\na,b\n1,x\n# half-way\n2,y\n");
    expect(await read(path, { comment: "#" })).toEqual(rows);
    expect(await faultOf(path)).toContain("leave them out with --comment '#'");
    expect(await read(file("hash.csv", "#a,b\n1,x\n"))).toEqual({ "#a": ["1"], b: ["x"] });
  });

  test("names the line of a fault in the original, whatever DuckDB reads", async () => {
    const path = file("torn.csv", "# remark\r\na,b\n1,x\r\n2\n");
    expect(await faultOf(path, { comment: "#" })).toContain(`${path}, line 4: expected as many values`);
  });

  test("counts the rows of files of several dialects", async () => {
    const paths = [file("p1.csv", "a,b\n1,x\n"), file("p2.csv", "a;b\r\n2;y\n")];
    const { columns, origin } = await readColumns(paths, { columns: { b: "text" } });
    expect([columns.get("b")?.name, origin(1)]).toEqual(["b", { file: paths[1], row: 1 }]);
  });

  test("has a note where its names are numbers, as of a first line that is data, but do not rise or fall", async () => {
    const notes = async (name: string, header: string): Promise<readonly string[]> =>
      (await withDuckDB((db) => findTable(db, file(name, `${header}\n1,2,3\n`)))).notes;
    const path = join(folder, "numbers.csv");
    expect(await notes("numbers.csv", "7,0.27,x")).toEqual([]);
    expect(await notes("numbers.csv", "7,0.27,20.7")).toEqual([
      `${path}: the first line looks like data (columns 7, 0.27, 20.7, …): if it is, say --no-header`,
    ]);
    expect(await notes("years.csv", "2019,2020,2021")).toEqual([]);
  });

  test("has numbers with decimal commas, and points between thousands, where told", async () => {
    const path = file("decimal.csv", "n;t\n1,5;x\n1.234,5;y\n-,5;z\n;w\n");
    const { columns } = await readColumns(path, { columns: { n: "number" }, decimal: "," });
    const column = columns.get("n");
    expect(column?.kind === "number" && [...column.values]).toEqual([1.5, 1234.5, -0.5, NaN]);
    await expect(readColumns(path, { columns: { n: "number" } })).rejects.toThrow('got "1,5"');
  });
});

suite("the encoding of a table file", () => {
  const euro = Buffer.from("a,b\n1,caf\xe9 \x80\n2,y\n", "latin1");

  test("is Windows-1252 where the bytes are plainly that, with a note", async () => {
    const path = file("western.csv", euro);
    expect(await read(path)).toEqual({ a: ["1", "2"], b: ["café €", "y"] });
    const { notes } = await withDuckDB((db) => findTable(db, path));
    expect(notes).toEqual([
      `${path} is read as Windows-1252, since it is not UTF-8; --encoding names another`,
    ]);
  });

  test("is Windows-1252 where latin-1 is named, as on the web", async () => {
    expect(await read(file("web.csv", euro), { encoding: "latin-1" })).toMatchObject({ b: ["café €", "y"] });
    expect(await read(file("web.csv", euro), { encoding: "windows-1252" })).toMatchObject({
      b: ["café €", "y"],
    });
  });

  for (const [what, content] of [
    ["damaged UTF-8", Buffer.concat([Buffer.from("a,b\nné,ö\nçà,û\n"), Buffer.from([0x78, 0xe9, 0x0a])])],
    ["another script", Buffer.from("a,b\n1,\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0\n", "latin1")],
    ["control characters", Buffer.from("a,b\n1,\xe9\x02\n", "latin1")],
    ["what is said to be UTF-8", euro],
  ] as const) {
    test(`is asked for with ${what}, by line`, async () => {
      const options = content === euro ? { encoding: "utf-8" } : {};
      const message = await faultOf(file("other.csv", content), options);
      expect(message).toMatch(/other\.csv, line \d: expected text in UTF-8, got ".*\\x.*"/);
      expect(message).toContain("--encoding windows-1252");
    });
  }

  test("is none of a binary file, nor of one of zeros", async () => {
    const bytes = Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919 + ((i * i) >> 3)) % 256);
    expect(await faultOf(file("binary.data", bytes))).toContain(
      "expected a table that we read, got a binary file.",
    );
    expect(await faultOf(file("zeros.csv", Buffer.alloc(5000)))).toContain(
      "got zero bytes, as of a copy that was cut off",
    );
  });

  test("keeps the order of long files of several dialects", { timeout: 60_000 }, async () => {
    const lines = (from: number, mark: string): string =>
      `n${mark}t\n${Array.from({ length: 60_000 }, (_, i) => `${from + i}${mark}x\n`).join("")}`;
    const paths = [file("long1.csv", lines(0, ",")), file("long2.csv", lines(60_000, ";"))];
    const { columns } = await readColumns(paths, { columns: { n: "number" } });
    const column = columns.get("n");
    expect(column?.kind === "number" && column.values.every((value, i) => value === i)).toBe(true);
  });

  test("is asked for where UTF-16 has no mark", async () => {
    const path = file("le.csv", Buffer.from("a,b\né,x\n", "utf16le"));
    expect(await faultOf(path)).toContain("Say --encoding utf-16.");
    expect(await read(path, { encoding: "utf-16" })).toEqual({ a: ["é"], b: ["x"] });
  });
});

/** The least that a workbook is. */
function workbook(sheets: Readonly<Record<string, string>>): Buffer {
  const names = Object.keys(sheets);
  const open = '<?xml version="1.0" encoding="UTF-8"?>';
  const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const listed = names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`);
  const related = names.map(
    (_, i) =>
      `<Relationship Id="rId${i + 1}" Type="${office}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`,
  );
  return zipOf(
    new Map([
      [
        "xl/workbook.xml",
        Buffer.from(
          `${open}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${listed.join("")}</sheets></workbook>`,
        ),
      ],
      [
        "xl/_rels/workbook.xml.rels",
        Buffer.from(
          `${open}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${related.join("")}</Relationships>`,
        ),
      ],
      ...names.map((name, i): [string, Buffer] => [
        `xl/worksheets/sheet${i + 1}.xml`,
        Buffer.from(`${open}<worksheet xmlns="${main}"><sheetData>${sheets[name]!}</sheetData></worksheet>`),
      ]),
    ]),
  );
}

/** A row of a sheet, its cells by their column: text or a number. */
function sheetRow(row: number, cells: Readonly<Record<string, string | number>>): string {
  const written = Object.entries(cells).map(([column, value]) =>
    typeof value === "number"
      ? `<c r="${column}${row}"><v>${value}</v></c>`
      : `<c r="${column}${row}" t="inlineStr"><is><t>${value}</t></is></c>`,
  );
  return `<row r="${row}">${written.join("")}</row>`;
}

suite("an .xlsx file", () => {
  const data = [
    sheetRow(1, { A: "a", B: "b" }),
    sheetRow(2, { A: 1.5, B: "x, &quot;y&quot;" }),
    sheetRow(4, { B: "z" }),
  ].join("");
  const other = sheetRow(1, { A: "q" }) + sheetRow(2, { A: 7 });

  test("is read from its first sheet, with a note of the others, or from the one that is named", async () => {
    const path = file("book.xlsx", workbook({ Data: data, Other: other }));
    expect(await read(path)).toEqual({ a: ["1.5", undefined], b: ['x, "y"', "z"] });
    expect(await read(path, { sheet: "Other" })).toEqual({ q: ["7"] });
    expect(await faultOf(path, { sheet: "Oter" })).toContain(`expected a sheet "Oter", got Data, Other.`);
    const { notes } = await withDuckDB((db) => findTable(db, path));
    expect(notes).toEqual([`${path}: sheet "Data" is read, of Data, Other; --sheet names another`]);
  });

  test("is told by its content, and refused where it is empty or damaged", async () => {
    expect(await read(file("book.data", workbook({ Data: data })))).toMatchObject({ b: ['x, "y"', "z"] });
    expect(await faultOf(file("none.xlsx", workbook({ Data: "" })))).toContain(
      "sheet Data: expected a table",
    );
    expect(await faultOf(file("no.xlsx", "a,b\n"))).toContain("expected an Excel workbook (.xlsx)");
  });
});

suite("an ARFF file", () => {
  const header =
    "% made by hand\n@RELATION 'r'\n\n@attribute a NUMERIC\n@ATTRIBUTE 'b c' {x, 'y, z'}\n\n@DATA\n";

  test("is read: names and values without quotes, ? as missing", async () => {
    const rows = '1,x\n% remark\n ? , \'y, z\'\n2.5,"say \\"hi\\""\n';
    expect(await read(file("a.arff", header + rows))).toEqual({
      a: ["1", undefined, "2.5"],
      "b c": ["x", "y, z", 'say "hi"'],
    });
  });

  test("is refused with sparse rows, too few values or no header, by line", async () => {
    expect(await faultOf(file("s.arff", `${header}{0 1, 1 x}\n`))).toContain(
      "s.arff, line 8: expected a row of values",
    );
    expect(await faultOf(file("f.arff", `${header}1\n`))).toContain(
      "line 8: expected 2 values, one for each attribute, got 1",
    );
    expect(await faultOf(file("n.arff", "1,x\n"))).toContain("expected an ARFF header, got no @attribute");
  });
});

suite("a packed table", () => {
  const csv = Buffer.from("a,b\n1,x\n2,y\n");
  // Two streams, as of a parallel bzip2: "a,b\n1,x\n" and "2,y\n".
  const bzip2 = Buffer.from(
    "QlpoOTFBWSZTWdR78W4AAALZgAAQAAQgADAAAEAgACGmmaDAKBULC7kinChIaj34twBCWmg5MUFZJlNZrcGy6gAAAViAABAABBAAACAgACGaaDNNFzxdyRThQkK3Bsuo",
    "base64",
  );

  test("is read from zip and bzip2, whatever the file is called", async () => {
    expect(await read(file("a.zip", zipOf(new Map([["folder/a.csv", csv]]))))).toEqual(rows);
    const beside = new Map([
      ["a.csv", csv],
      ["README.txt", csv],
      ["__MACOSX/._a.csv", csv],
    ]);
    expect(await read(file("b.csv", zipOf(beside)))).toEqual(rows);
    expect(await read(file("a.csv.bz2", bzip2))).toEqual(rows);
    expect(await read(file("b.dat", bzip2))).toEqual(rows);
  });

  test("is JSON lines where its name or content says so", async () => {
    const lines = Buffer.from('{"a":"1","b":"x"}\n{"a":"2","b":"y"}\n');
    expect(await read(file("l.zip", zipOf(new Map([["l.jsonl", lines]]))))).toEqual(rows);
    expect(await read(file("l.data", lines))).toEqual(rows);
  });

  test("is refused in what we do not read, with the way out", async () => {
    const two = new Map([
      ["a.csv", csv],
      ["b.csv", csv],
    ]);
    expect(await faultOf(file("two.zip", zipOf(two)))).toContain(
      "expected an archive of one table, got one of 2 files",
    );
    const sheet = new Map([
      ["mimetype", Buffer.from("application/vnd.oasis.opendocument.spreadsheet")],
      ["content.xml", Buffer.from("<a/>")],
    ]);
    expect(await faultOf(file("a.ods", zipOf(sheet)))).toContain(
      "got an OpenDocument file. Save it as .xlsx or .csv.",
    );
    expect(await faultOf(file("a.tar.gz", gzipSync("a")))).toContain(
      "got a tar archive. Unpack it and name the table.",
    );
    expect(await faultOf(file("a.csv.xz", Buffer.from("fd377a585a0000", "hex")))).toContain("xz -d FILE");
    expect(await faultOf(file("cut.bz2", bzip2.subarray(0, 30)))).toContain("expected a whole bzip2 file");
    expect(await faultOf(file("cut.zip", zipOf(two).subarray(0, 40)))).toContain(
      "expected a whole zip archive",
    );
  });
});

suite("copies of table files", () => {
  const foldersOf = (): string[] => readdirSync(folder).filter((name) => name.startsWith("leeway-copies-"));

  afterAll(() => {
    vi.unstubAllEnvs();
  });

  test("are removed when the process exits, and after a kill by the next", { timeout: 60_000 }, async () => {
    vi.stubEnv("TMPDIR", folder);
    const path = file("copied.csv", "a,b\r\n1,x\n2,y\n");
    const copy = (await outputOf("copy-table.ts", [path, "0"])).trim();
    expect([copy.includes("leeway-copies-"), existsSync(copy)]).toEqual([true, false]);
    await killAfterFirstWords("copy-table.ts", [path, "60000"], 0);
    expect(foldersOf()).toHaveLength(1);
    await outputOf("copy-table.ts", [path, "0"]);
    expect(foldersOf()).toEqual([]);
  });
});
