import pc from "picocolors";
import { describe as suite, expect, test } from "vitest";
import { renderInspection } from "../../src/report/index.ts";
import { extremeRatioOf, inspectionOf } from "../../src/theory/index.ts";

suite("extremeRatioOf", () => {
  test("is of 1 : 1,000 and beyond", () => {
    expect(extremeRatioOf([99_900, 100], 256)).toBeNull();
    expect(extremeRatioOf([100_000, 100], 256)).not.toBeNull();
  });
  test("gives the base rate, a share of the frequent class and a minimum a batch", () => {
    expect(extremeRatioOf([199_800, 200 - 1], 1024)).toEqual({
      baseRate: 199 / 199_999,
      isBinary: true,
      keepNegatives: { share: 0.2, examples: 39_960 + 199 },
      minPerBatch: 2, // a batch of 1,024 has 1.02
    });
  });
  test("asks for no minimum where batches have it, or have no room", () => {
    expect(extremeRatioOf([1_000_000, 1000], 4096)?.minPerBatch).toBeNull(); // 4.1
    expect(extremeRatioOf([1_000_000, 1000], 4)?.minPerBatch).toBeNull();
  });
  test("thins neither few examples nor classes of which no one is most of the data", () => {
    expect(extremeRatioOf([5000, 5], 64)?.keepNegatives).toBeNull();
    expect(extremeRatioOf([40_000, 39_000, 38_000, 20], 64)).toMatchObject({
      ...{ isBinary: false, keepNegatives: null },
    });
  });
  test("thins to the next frequent class at most, as training does", () => {
    const { keepNegatives } = extremeRatioOf([100_000, 30_000, 50], 256)!;
    expect(keepNegatives).toEqual({ share: 0.2, examples: 30_000 + 30_000 + 50 });
  });
});

suite("an inspection of an extreme ratio", () => {
  const inspected = (counts: readonly number[], rare = "fraud"): string => {
    const classNames = ["fine", rare, "odd"].slice(0, counts.length);
    const facts = { name: "t", kind: "table", classNames, trainCounts: counts } as const;
    const recipe = { batchSize: 256, model: "tabm" };
    return renderInspection(
      inspectionOf({ ...facts, testCounts: null, findings: [] }, () => recipe),
      pc.createColors(false),
    );
  };
  test("says what helps, with options to copy", () => {
    const text = inspected([100_000, 50], "real fraud");
    expect(text.slice(text.indexOf("at such a ratio"))).toBe(
      [
        "at such a ratio:",
        '  - never finding "real fraud" has an accuracy of 99.95 %: do not look at accuracy',
        "  - average precision is 0.00050 by chance, the base rate: read it beside that",
        "  - leeway decide RUN --max-alerts 50/1000 after training: a threshold by how many cases you can look at",
        "  - --min-per-batch 'real fraud=2': every step sees \"real fraud\", of which a batch of 256 has 0.128 as drawn",
        "  - --keep-negatives 0.2: trains on 20,050 of 100,050 examples, in less time and memory, and keeps probabilities those of all",
      ].join("\n"),
    );
  });
  test("says nothing of two classes where there are three", () => {
    const text = inspected([100_000, 50, 900]);
    expect(text).toContain("at such a ratio:");
    expect(text).not.toMatch(/average precision is|decide/);
  });
  test("has no such part at a lower ratio", () => {
    expect(inspected([10_000, 50])).not.toContain("at such a ratio");
  });
  test("names the network that is trained", () => {
    expect(inspected([10_000, 50])).toContain("begin with logit-adjustment, on tabm:");
  });
});
