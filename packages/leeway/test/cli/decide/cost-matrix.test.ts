import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe as suite, expect, test } from "vitest";
import { readCosts } from "../../../src/cli/decide/cost-matrix.ts";

const folder = mkdtempSync(join(tmpdir(), "leeway-costs-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const path = join(folder, "costs.csv");
const costsOf = (text: string, names = ["fine", "fraud"]): unknown => {
  writeFileSync(path, text);
  return readCosts(path, names).costs;
};

suite("readCosts", () => {
  const rows = [
    [0, 1],
    [40, 0],
  ];
  test("reads a row for each true class, a column for each decision", () => {
    expect(costsOf("true,fine,fraud\nfine,0,1\nfraud,40,0\n")).toEqual(rows);
  });
  test("takes rows and columns in any order, Windows line ends, a byte order mark and empty lines", () => {
    expect(costsOf("\uFEFF,fraud,fine\r\n\r\nfraud,0,40\r\nfine,1,0")).toEqual(rows);
  });
  test("takes quoted names with commas and quotes", () => {
    const names = ["a, b", 'the "c"'];
    expect(costsOf('"","a, b","the ""c"""\n"a, b",0,1\n"the ""c""", 2 ,0\n', names)).toEqual([
      [0, 1],
      [2, 0],
    ]);
  });
  test.for([
    ["true,fine,frud\nfine,0,1\nfraud,40,0", 'Did you mean "fraud"?'],
    ["true,fine\nfine,0\nfraud,40", "every class in the header of"],
    ["true,fine,fraud\nfine,0,1", "every class in the first column of"],
    ["true,fine,fraud\nfine,0,1\nfraud,1,0\nfine,0,1", "every class once in the first column"],
    ["true,fine,fraud\nfine,0,1\nfraud,40", "2 costs for fraud"],
    ["true,fine,fraud\nfine,0,1\nfraud,40,x", "a number for fraud decided as fraud"],
    ["true,fine,fraud\nfine,0,\nfraud,40,0", "2 costs for fine"],
    ["", "every class in the header"],
  ])("refuses %j", ([text, message]) => {
    expect(() => costsOf(text!)).toThrow(message);
    expect(() => costsOf(text!)).toThrow(/^--costs: expected /);
  });
  test("names a file that is not there", () => {
    expect(() => readCosts(join(folder, "none.csv"), ["a", "b"])).toThrow("none.csv: no such file.");
  });
});
