import { describe as suite, expect, test } from "vitest";
import { cellText, csvOf, plainNumber } from "../../src/report/numbers/table.ts";

suite("csvOf", () => {
  test("quotes what would break a line, and disarms formulas", () => {
    const table = {
      columns: [
        { name: "class", as: "text" as const },
        { name: "share", as: "percent" as const },
      ],
      rows: [
        ['a "b", c', 0.25],
        ["=1+1", null],
        ["two\nlines", NaN],
      ],
    };
    expect(csvOf(table)).toBe(`class,share\r\n"a ""b"", c",0.25\r\n'=1+1,\r\n"two\nlines",\r\n`);
  });
});

suite("cellText", () => {
  test("writes shares, points, counts and what there is not", () => {
    expect(cellText(0.123, "percent")).toBe("12.3 %");
    expect(cellText(-0.02, "points")).toBe("−2.0");
    expect(cellText(12_345, "count")).toBe("12,345");
    expect([cellText(null, "percent"), cellText(NaN, "number"), cellText(undefined, "text")]).toEqual([
      "–",
      "–",
      "–",
    ]);
  });

  test("writes numbers with three digits", () => {
    expect([0.012345, -3.14159, 12_345.6, 7].map(plainNumber)).toEqual(["0.0123", "−3.14", "12,346", "7"]);
  });
});
