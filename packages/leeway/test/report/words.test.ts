import { describe as suite, expect, test } from "vitest";
import {
  clock,
  count,
  counted,
  percent,
  pointsBetween,
  renderTable,
  sentence,
  shellWord,
  shownName,
} from "../../src/report/index.ts";

suite("percent", () => {
  test("prints a fraction in per cent, and a dash for none", () => {
    expect([percent(0.7484), percent(1), percent(null)]).toEqual(["74.8 %", "100.0 %", "–"]);
  });
});

suite("percent of what is nearly all or nothing", () => {
  test("does not look like all or nothing", () => {
    expect(percent(1 - 1e-15)).toBe("100.0 %"); // a sum of fractions
    expect([percent(0.9998), percent(0.0002), percent(0.9991), percent(0)]).toEqual([
      "99.98 %",
      "0.02 %",
      "99.9 %",
      "0.0 %",
    ]);
  });
});

suite("pointsBetween", () => {
  test("signs the difference", () => {
    expect([pointsBetween(0.5, 0.585), pointsBetween(0.5, 0.4), pointsBetween(0.5, 0.5)]).toEqual([
      "+8.5",
      "−10.0",
      "0.0",
    ]);
  });

  test("does not sign what rounds to nothing", () => {
    expect([pointsBetween(0.5, 0.50001), pointsBetween(0.5, 0.49999)]).toEqual(["0.0", "0.0"]);
  });

  test("is a dash where one side is missing", () => {
    expect(pointsBetween(null, 0.5)).toBe("–");
  });
});

suite("shownName", () => {
  test("leaves no control character for the terminal to obey", () => {
    expect(shownName("a\u001b[2Jb\tc")).toBe("a?[2Jb?c");
    expect(shownName("a\u202eb")).toBe("a?b");
    expect(shownName("می\u200cخواهم")).toBe("می\u200cخواهم");
  });

  test("cuts a long name off", () => {
    expect(shownName("x".repeat(200))).toBe(`${"x".repeat(39)}…`);
    expect(shownName("y".repeat(40))).toBe("y".repeat(40));
  });
});

suite("sentence", () => {
  test("ends words once, and leaves no control character in them", () => {
    expect(["a\u0007 b", "c?"].map(sentence)).toEqual(["a? b.", "c?"]);
  });
});

suite("count", () => {
  test("sets thousands apart", () => {
    expect([
      count(999),
      count(11_166),
      counted(1, "class", "classes"),
      counted(3, "class", "classes"),
    ]).toEqual(["999", "11,166", "1 class", "3 classes"]);
  });
});

suite("clock", () => {
  test("shows minutes and seconds, and hours where there are any", () => {
    expect([clock(7), clock(754), clock(3723), clock(59.6)]).toEqual(["0:07", "12:34", "1:02:03", "1:00"]);
  });
});

suite("renderTable", () => {
  test("aligns columns by what is seen of them", () => {
    const red = "\u001b[31mab\u001b[39m";
    expect(
      renderTable(
        [
          [red, "1", "x"],
          ["c", "23", ""],
        ],
        { right: [1], indent: 1 },
      ),
    ).toBe(` ${red}   1  x\n c   23`);
  });
});

suite("shellWord", () => {
  test("quotes a path where a shell would take it apart", () => {
    expect(["runs/a-1", "r dir/x.yaml", "it's"].map(shellWord)).toEqual([
      "runs/a-1",
      "'r dir/x.yaml'",
      "'it'\\''s'",
    ]);
  });
});
