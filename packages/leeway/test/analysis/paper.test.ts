import { describe as suite, expect, test } from "vitest";
import { paperNumber, paperNumbers, paperRows, type PaperTable } from "../../src/analysis/index.ts";
import { methodNames } from "../../src/methods/index.ts";

suite("paperNumbers", () => {
  test.for([
    ["table1", 4 * 3],
    ["table2", 10 * 8 - 2 * 4], // the hinge is not trained on 100 classes
    ["table3", 5 * 2],
    ["table4", 5 * 4 * 2],
    ["table5", 3 * 8],
    ["table6", 3 * 8],
  ] as const)("has of %s %d numbers", ([table, count]) => {
    expect(paperNumbers.filter((each) => each.table === table)).toHaveLength(count);
  });

  test("are errors in per cent, each place once", () => {
    for (const { value } of paperNumbers) expect(value > 0 && value < 100).toBe(true);
    const places = paperNumbers.map(({ table, row, column, measure }) =>
      [table, row, column, measure].join(),
    );
    expect(new Set(places).size).toBe(paperNumbers.length);
  });

  test("are of methods that there are, but for one of table 4", () => {
    const rows = new Set(paperNumbers.map(({ row }) => row));
    expect([...rows].filter((row) => !methodNames.includes(row))).toEqual(["cb-softmax"]);
  });

  test("have in table 1 a mean that is the classes' mean", () => {
    for (const row of paperRows("table1")) {
      const at = (measure: "positive error" | "negative error" | "mean error"): number =>
        paperNumber("table1", { row, column: "imdb", measure })!;
      expect(at("mean error")).toBeCloseTo((at("positive error") + at("negative error")) / 2, 1);
    }
  });
});

suite("paperNumber", () => {
  test.for([
    ["table2", "erm", "cifar10-lt-100", 29.64],
    ["table2", "ldam-drw", "cifar10-lt-100", 22.97],
    ["table2", "ldam-drw", "cifar100-step-10", 40.54],
    ["table2", "cb-focal", "cifar100-step-100", 80.24],
    ["table2", "erm", "cifar100-step-100", 61.45],
    ["table5", "erm", "cifar100-step-100", 61.05],
    ["table5", "erm-drs", "cifar10-step-100", 27.97],
    ["table3", "ldam-drw", "inaturalist2018", 32.0],
    ["table4", "ldam-drw", "tiny-imagenet-step-10", 47.43],
    ["table6", "ldam-drw", "cifar10-step-10-test-2", 7.82],
  ] as const)("of %s, %s, %s is %d", ([table, row, column, value]) => {
    expect(paperNumber(table, { row, column })).toBe(value);
  });

  test("of the first five guesses is asked for by its measure", () => {
    const at = { row: "erm", column: "inaturalist2018", measure: "top-5 error" } as const;
    expect(paperNumber("table3", at)).toBe(21.31);
  });

  test("is null where the paper prints none", () => {
    expect(paperNumber("table2", { row: "hg-drs", column: "cifar100-lt-100" })).toBeNull();
    expect(paperNumber("table2", { row: "logit-adjustment", column: "cifar10-lt-100" })).toBeNull();
  });

  test("guesses the table that was meant", () => {
    const at = { row: "erm", column: "imdb" };
    expect(() => paperNumber("tabel2" as PaperTable, at)).toThrow('Did you mean "table2"?');
  });
});
