import pc from "picocolors";
import { describe as suite, expect, test } from "vitest";
import { inspectionOf } from "../../src/theory/index.ts";
import { renderInspection } from "../../src/report/index.ts";
import type { DataFacts } from "../../src/data/inspect/data-facts.ts";
import { type Recipe, recipeFor, type RecipeOptions } from "../../src/recipe/index.ts";

const plain = pc.createColors(false);
/** What `leeway train` would make of own data. */
const recipeOf =
  (kind: DataFacts["kind"] = "table", more: RecipeOptions = {}) =>
  (method: string): Recipe =>
    recipeFor("own", { source: { kind, paths: ["own.csv"] }, method, ...more });

function facts(trainCounts: readonly number[], more: Partial<DataFacts> = {}): DataFacts {
  const classNames = trainCounts.map((_, j) => `c${j}`);
  return { name: "own", kind: "table", classNames, trainCounts, testCounts: null, findings: [], ...more };
}

suite("inspectionOf", () => {
  test("gives margins, weights and offsets of the counts", () => {
    const { ratio, classes } = inspectionOf(facts([80, 5]), recipeOf());
    expect(ratio).toBe(16);
    expect(classes.map(({ margin, shotGroup }) => [margin, shotGroup])).toEqual([
      [0.25, "medium"],
      [0.5, "few"],
    ]); // (5/80)^¼ = ½
    expect(classes.map(({ inverseFrequencyWeight }) => inverseFrequencyWeight)).toEqual(
      [2 / 17, 32 / 17].map((each) => expect.closeTo(each, 12) as number),
    );
    expect(classes[1]!.logitOffset).toBeCloseTo(Math.log(5 / 85), 12);
  });

  test("counts the rarest class in a batch and an epoch", () => {
    const { rarest } = inspectionOf(facts([90, 10]), recipeOf("table", { batchSize: 50 }));
    expect(rarest).toEqual({
      name: "c1",
      count: 10,
      batchSize: 50,
      perEpoch: 10,
      perBatch: 5,
      perBalancedBatch: 25,
    });
  });

  test("counts no more in a batch than there are", () => {
    const { rarest } = inspectionOf(facts([30, 10]), recipeOf("image", { batchSize: 128 }));
    expect([rarest.batchSize, rarest.perBatch, rarest.perBalancedBatch]).toEqual([40, 10, 20]);
  });

  const methodFor = (counts: number[], kind: DataFacts["kind"]): string | undefined =>
    inspectionOf(facts(counts, { kind }), recipeOf(kind)).recommendation?.method;

  test("recommends by the ratio and the kind of data", () => {
    expect([
      methodFor([10, 9], "image"),
      methodFor([30, 10], "image"),
      methodFor([300, 10], "image"),
    ]).toEqual(["erm", "logit-adjustment", "ldam-drw"]);
    expect(methodFor([300, 10], "table")).toBe("logit-adjustment");
    const { recommendation } = inspectionOf(facts([300, 1], { kind: "image" }), recipeOf("image"));
    expect(recommendation?.reasons.join()).toContain("the rarest class has 1 example: ");
  });

  test.for(["missing-label", "no-classes"] as const)(
    "recommends nothing that training refuses: %s",
    (about) => {
      const found = facts([80, 5], { findings: [{ about, message: "" }] });
      const { recommendation, obstacle } = inspectionOf(found, recipeOf());
      expect([recommendation, obstacle]).toEqual([null, expect.any(String)]);
    },
  );

  test("recommends nothing where a class has no example, and still shows the others", () => {
    const { recommendation, classes } = inspectionOf(facts([80, 0, 5]), recipeOf());
    expect(recommendation).toBeNull();
    expect(classes.map(({ margin }) => margin)).toEqual([0.25, 0, 0.5]);
  });
});

suite("renderInspection", () => {
  test("draws a bar for each class, the largest whole, and none for a class without examples", () => {
    const lines = renderInspection(inspectionOf(facts([64, 32, 1, 0]), recipeOf()), plain).split("\n");
    const bars = lines
      .filter((line) => /^ {2}c\d/.test(line))
      .map((line) => [...line.matchAll(/[█▏▎▍▌▋▊▉]/g)].length);
    expect(bars[0]).toBe(32);
    expect(bars).toEqual([...bars].sort((a, b) => b - a));
    expect(bars[3]).toBe(0);
  });

  test("shows names that would control the terminal or push the bars away as plain and short ones", () => {
    const strange = facts([64, 32], { classNames: ["\u001b[31mred", "n".repeat(200)] });
    const text = renderInspection(inspectionOf(strange, recipeOf()), plain);
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("n".repeat(41));
  });

  test("shows the first and the last of many classes, and how many are between", () => {
    const many = Array.from({ length: 100 }, (_, j) => 100 - j);
    const text = renderInspection(inspectionOf(facts(many), recipeOf()), plain);
    expect(text).toContain("… 70 classes …");
    expect(text).toMatch(/^ {2}c99 /m);
  });
});
