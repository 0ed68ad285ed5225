import { describe as suite, expect, test } from "vitest";
import { classTable, countsTheory, inspectionOf } from "../../src/theory/index.ts";

suite("classTable", () => {
  test("has the same names and numbers in an inspection and in a theory of counts", () => {
    const data = { name: "own", kind: "image", classNames: ["0", "1"], findings: [] } as const;
    const { classes } = inspectionOf({ ...data, trainCounts: [80, 5], testCounts: null }, () => ({
      batchSize: 8,
      model: "resnet32",
    }));
    const theory = countsTheory({ counts: [80, 5], maxMargin: 0.5, exponent: 0.25, beta: 0.9999 });
    expect(theory.classes).toEqual(classes.map((row) => ({ ...row, bound: null })));
  });

  test("draws every class alike with the odds of RS", () => {
    const drawn = classTable({ counts: [60, 30, 10] }).map((row) => row.drawn);
    expect(drawn.map(({ plain }) => plain)).toEqual([0.6, 0.3, 0.1]);
    expect(drawn.map(({ rs }) => rs)).toEqual(Array(3).fill(expect.closeTo(1 / 3, 12)));
  });

  test("has zeros in the row of a class without examples, and leaves it out of the others", () => {
    const [first, none, last] = classTable({ counts: [80, 0, 5], names: ["a", "b", "c"] });
    expect(none).toMatchObject({ name: "b", count: 0, shotGroup: "few", margin: 0, logitOffset: 0 });
    expect([first, last]).toEqual(classTable({ counts: [80, 5], names: ["a", "c"] }));
  });

  test("has the margins of equation 15 for a known test set", () => {
    const known = { counts: [5000, 500], testCounts: [500, 50] };
    expect(classTable({ ...known, knownTest: true }).map(({ margin }) => margin)).toEqual([0.5, 0.5]);
    expect(classTable(known).map(({ margin }) => margin)).toEqual([
      expect.closeTo(0.5 / 10 ** 0.25, 12),
      0.5,
    ]);
  });
});
