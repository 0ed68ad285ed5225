import { describe as suite, expect, test } from "vitest";
import { type CountsTheory, countsTheory } from "../../src/theory/index.ts";

suite("countsTheory of two classes", () => {
  const ask = (exponent: number): CountsTheory =>
    countsTheory({ counts: [6400, 100], maxMargin: 0.5, exponent, beta: 0.9999 });

  test.for([
    [1 / 4, 1 / 2],
    [1 / 3, 1],
  ] as const)("finds best for the exponent %f the margins of that exponent", ([exponent, rate]) => {
    const { tradeOff, classes } = ask(exponent);
    expect(tradeOff!.rate).toBeCloseTo(rate, 12);
    tradeOff!.best.forEach((margin, j) => {
      expect(margin).toBeCloseTo(classes[j]!.margin, 12);
    });
  });
  test("costs (1/(γ₁ √n₁))^(2r) + (1/(γ₂ √n₂))^(2r), as the boundary is and where it should be", () => {
    const { tradeOff } = ask(1 / 3); // r = 1; margins 0.5 / 64^(1/3) = 0.125 and 0.5
    expect(tradeOff!.margins).toEqual([expect.closeTo(0.3125, 12), expect.closeTo(0.3125, 12)]);
    expect(tradeOff!.cost).toBeCloseTo((0.3125 * 80) ** -2 + (0.3125 * 10) ** -2, 12);
    expect(tradeOff!.bestCost).toBeCloseTo((0.125 * 80) ** -2 + (0.5 * 10) ** -2, 12);
    expect(tradeOff!.biasShift).toBeCloseTo((0.125 - 0.3125) / 2, 12);
  });
});
