import { readFileSync } from "node:fs";
import { join } from "node:path";
import pc from "picocolors";
import { describe as suite, expect, test } from "vitest";
import { measuredBy, writeMeasured } from "../../src/probes/index.ts";
import { renderMeasured } from "../../src/report/index.ts";
import { temporaryFolder } from "../storage/temporary-folder.ts";

const counts = [90, 10];
const probabilities = Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.4, 0.6, 1, 0);
const predicted = { classes: Int32Array.of(0, 1, 1, 0), scores: probabilities, probabilities };

suite("measuredBy", () => {
  test("measures what names a class of the run, and leaves out the rest", () => {
    const { examples, metrics } = measuredBy(Int32Array.of(0, 1, -1, 1), predicted, counts)!;
    expect(examples).toBe(3);
    expect(metrics).toMatchObject({
      topOne: 2 / 3,
      balancedAccuracy: 0.75,
      worstClass: 0.5,
      perClass: [1, 0.5],
    });
    expect(metrics.detection?.positive).toBe(1);
    // Probabilities of 0.9, 0.8 and 1 for the chosen classes, of which the last is wrong.
    expect(metrics.expectedCalibrationError).toBeCloseTo((0.1 + 0.2 + 1) / 3, 5);
  });

  test("is null where nothing names a class", () => {
    expect(measuredBy(undefined, predicted, counts)).toBeNull();
    expect(measuredBy(Int32Array.of(-1, -1, -1, -1), predicted, counts)).toBeNull();
  });
});

suite("what was measured", () => {
  const measured = measuredBy(Int32Array.of(0, 1, -1, 1), predicted, counts)!;
  const classNames = ["fine", "fraud"];

  test("reads as a table that says of how many examples it speaks", () => {
    const colors = pc.createColors(false);
    const words = renderMeasured(measured, { of: 4, classNames, trainCounts: counts, colors });
    expect(words).toContain("of 3 of 4 examples");
    expect(words).toMatch(/worst class +50\.0 % +fraud/);
    expect(words).toContain('of finding "fraud"');
    expect(words).toMatch(/precision +100.0 % +of "fraud": 1 of 1 predicted/);
    expect(words).toMatch(/recall +50.0 % +of "fraud": 1 of 2 examples/);
    expect(words).toContain('Examples: 1 of "fine" and 2 of "fraud". Numbers of such a class hang on');
  });

  test("is written as JSON", () => {
    const path = join(temporaryFolder(), "metrics.json");
    writeMeasured(path, measured, classNames);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({
      ...{ examples: 3, classNames, topOne: 2 / 3 },
      classes: [
        { name: "fine", recall: 1 },
        { name: "fraud", precision: 1, recall: 1 / 2, f1: 2 / 3 },
      ],
    });
  });
});
