import pc from "picocolors";
import { describe as suite, expect, test } from "vitest";
import { inspectionOf } from "../../../src/cli/inspect/inspection.ts";
import { renderInspection } from "../../../src/cli/inspect/render.ts";
import type { DataFacts, OwnData } from "../../../src/data/index.ts";

const plain = pc.createColors(false);
const source: OwnData = { kind: "table", paths: ["own.csv"] };

function facts(trainCounts: readonly number[], more: Partial<DataFacts> = {}): DataFacts {
  const classNames = trainCounts.map((_, j) => `c${j}`);
  return { name: "own", kind: "table", classNames, trainCounts, testCounts: null, findings: [], ...more };
}

suite("inspectionOf", () => {
  test("gives margins, weights and offsets of the counts", () => {
    const { ratio, classes } = inspectionOf(facts([80, 5]), { dataset: "own", source });
    expect(ratio).toBe(16);
    expect(classes.map(({ margin, shots }) => [margin, shots])).toEqual([
      [0.25, "medium"],
      [0.5, "few"],
    ]); // (5/80)^¼ = ½
    expect(classes.map(({ inverseWeight }) => inverseWeight)).toEqual(
      [2 / 17, 32 / 17].map((each) => expect.closeTo(each, 12) as number),
    );
    expect(classes[1]!.logitOffset).toBeCloseTo(Math.log(5 / 85), 12);
  });

  test("counts the rarest class in a batch and an epoch", () => {
    const { rarest } = inspectionOf(facts([90, 10]), { dataset: "own", source }, { batchSize: 50 });
    expect(rarest).toEqual({
      name: "c1",
      count: 10,
      batchSize: 50,
      perEpoch: 10,
      perBatch: 5,
      perBalancedBatch: 25,
    });
  });

  const methodFor = (counts: number[], kind: DataFacts["kind"]): string | undefined =>
    inspectionOf(facts(counts, { kind }), { dataset: "own", source: { ...source, kind } }).recommendation
      ?.method;

  test("recommends by the ratio and the kind of data", () => {
    expect([
      methodFor([10, 9], "image"),
      methodFor([30, 10], "image"),
      methodFor([300, 10], "image"),
    ]).toEqual(["erm", "logit-adjustment", "ldam-drw"]);
    expect(methodFor([300, 10], "table")).toBe("logit-adjustment");
  });

  test("recommends nothing where a class has no example, and still shows the others", () => {
    const { recommendation, classes } = inspectionOf(facts([80, 0, 5]), { dataset: "own", source });
    expect(recommendation).toBeNull();
    expect(classes.map(({ margin }) => margin)).toEqual([0.25, 0, 0.5]);
  });
});

suite("renderInspection", () => {
  test("draws a bar for each class, the largest whole, and none for a class without examples", () => {
    const lines = renderInspection(
      inspectionOf(facts([64, 32, 1, 0]), { dataset: "own", source }),
      plain,
    ).split("\n");
    const bars = lines
      .filter((line) => /^ {2}c\d/.test(line))
      .map((line) => [...line.matchAll(/[█▏▎▍▌▋▊▉]/g)].length);
    expect(bars[0]).toBe(32);
    expect(bars).toEqual([...bars].sort((a, b) => b - a));
    expect(bars[3]).toBe(0);
  });

  test("shows the first and the last of many classes, and how many are between", () => {
    const many = Array.from({ length: 100 }, (_, j) => 100 - j);
    const text = renderInspection(inspectionOf(facts(many), { dataset: "own", source }), plain);
    expect(text).toContain("… 70 classes …");
    expect(text).toMatch(/^ {2}c99 /m);
  });
});
