import { describe as suite, expect, test } from "vitest";
import { compareWithPaper, summaryOf } from "../../src/analysis/index.ts";

suite("compareWithPaper", () => {
  test("puts our fractions into per cent and takes the paper's off", () => {
    const { ours, difference } = compareWithPaper(22.97, summaryOf([0.23, 0.25]));
    expect(ours!.mean).toBeCloseTo(24, 10);
    expect(ours!.deviation).toBeCloseTo(Math.SQRT2, 10);
    expect(difference).toBeCloseTo(1.03, 10);
  });

  test("says whether the paper's number lies in our interval", () => {
    const ours = summaryOf([0.23, 0.25, 0.24]); // 24 ± 4.303 · 1 / √3, from 21.5 to 26.5
    expect(compareWithPaper(22.97, ours).paperInInterval).toBe(true);
    expect(compareWithPaper(21.4, ours).paperInInterval).toBe(false);
  });

  test("draws no conclusion from one seed", () => {
    expect(compareWithPaper(22.97, summaryOf([0.9])).paperInInterval).toBeNull();
  });

  test("has no difference where a side is missing", () => {
    expect(compareWithPaper(null, summaryOf([0.5]))).toMatchObject({ paper: null, difference: null });
    expect(compareWithPaper(22.97, null)).toMatchObject({ paper: 22.97, ours: null, difference: null });
  });
});
