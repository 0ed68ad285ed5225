import { describe as suite, expect, test } from "vitest";
import { drawMix } from "../../src/data/index.ts";
import { random } from "../../src/random.ts";

suite("drawMix", () => {
  const lambdas = (alpha: number): number[] => {
    const from = random(0, "test", alpha);
    return Array.from({ length: 4000 }, () => drawMix(2, alpha, from).lambda);
  };

  test.each([0.1, 0.2, 1, 2])(
    "draws λ from Beta(α, α) for α = %d: mean 1/2, variance 1/(4(2α + 1))",
    (alpha) => {
      const drawn = lambdas(alpha);
      const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
      const variance = drawn.reduce((sum, x) => sum + (x - mean) ** 2, 0) / drawn.length;
      // 4,000 draws of deviation at most 1/2: the mean's own deviation is below 0.008.
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.04);
      expect(Math.abs(variance - 1 / (4 * (2 * alpha + 1)))).toBeLessThan(0.015);
      expect(drawn.every((x) => x >= 0 && x <= 1)).toBe(true);
    },
  );

  test("gives every example one partner", () => {
    const { partners } = drawMix(50, 1, random(3, "test"));
    expect([...partners].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test("draws the same from the same stream", () => {
    expect(drawMix(9, 0.4, random(1, "mixup", 2))).toEqual(drawMix(9, 0.4, random(1, "mixup", 2)));
  });

  test.each([0, -1, NaN, 9])("refuses an α of %d", (alpha) => {
    expect(() => drawMix(4, alpha, random(0, "test"))).toThrow("drawMix: expected alpha to be above 0");
  });
});
