import { describe as suite, expect, test } from "vitest";
import { type RecordedRun, summarize } from "../../src/analysis/index.ts";
import type { RecipeRecord } from "../../src/records/index.ts";
import { metrics, run, summary } from "../records/examples.ts";

/** A finished run whose accuracy on the test set is `topOne`. */
function finished(topOne: number, recipe: Partial<RecipeRecord> = {}): RecordedRun {
  return {
    record: { ...run, recipe: { ...run.recipe, ...recipe } },
    summary: { ...summary, test: { ...metrics, topOne } },
  };
}

suite("summarize", () => {
  test("makes one row of a method's seeds, in fractions", () => {
    const rows = summarize([finished(0.75, { seed: 1 }), finished(0.77, { seed: 0 })]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      method: "ldam-drw",
      seeds: [0, 1],
      topOneError: { n: 2 },
      topFiveError: null,
    });
    expect(rows[0]!.topOneError.mean).toBeCloseTo(0.24, 12);
    expect(rows[0]!.worstClassError!.mean).toBeCloseTo(1 - metrics.worstClass!, 12);
  });

  test("keeps settings, methods and their options apart", () => {
    const rows = summarize([
      finished(0.75),
      finished(0.75, { epochs: 40 }),
      finished(0.75, { method: "erm", methodOptions: {} }),
      finished(0.75, { methodOptions: { maxMargin: 0.3, scale: 30 } }),
    ]);
    expect(rows.map(({ method, setting }) => [method, setting.epochs])).toEqual([
      ["ldam-drw", 200],
      ["ldam-drw", 40],
      ["erm", 200],
      ["ldam-drw", 200],
    ]);
  });

  test("counts a seed once: the first of its runs", () => {
    const [row] = summarize([finished(0.75), finished(0.5)]);
    expect(row!.topOneError).toMatchObject({ n: 1, mean: 0.25 });
  });

  test("leaves out what did not finish", () => {
    const { record } = finished(0.75);
    const interrupted = { record, summary: { ...summary, status: "interrupted", test: null } as const };
    expect(summarize([{ record, summary: null }, interrupted])).toEqual([]);
  });
});
