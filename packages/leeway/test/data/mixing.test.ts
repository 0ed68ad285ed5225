import { describe as suite, expect, test } from "vitest";
import { drawMix, drawPiece } from "../../src/data/index.ts";
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

suite("drawPiece", () => {
  const image = { height: 12, width: 8 };
  const pieces = Array.from({ length: 2000 }, (_, i) => drawPiece(image, 1, random(0, "test", i)));

  test("keeps the share of the image that is outside of the piece", () => {
    for (const { lambda, piece } of pieces) {
      const area = (piece.bottom - piece.top) * (piece.right - piece.left);
      expect(lambda).toBe(1 - area / 96);
      expect(piece.top >= 0 && piece.bottom <= 12 && piece.left >= 0 && piece.right <= 8).toBe(true);
    }
  });
  test("has its middle anywhere", () => {
    const covered = new Set(pieces.filter(({ lambda }) => lambda < 1).map(({ piece }) => piece.top));
    expect(covered.size).toBeGreaterThanOrEqual(11);
  });
  test("draws small pieces and large ones", () => {
    expect(pieces.some(({ lambda }) => lambda < 0.5)).toBe(true);
    expect(pieces.some(({ lambda }) => lambda > 0.9 && lambda < 1)).toBe(true);
  });
  test("refuses an α of 0", () => {
    expect(() => drawPiece(image, 0, random(0, "test"))).toThrow("drawPiece: expected alpha to be above 0");
  });
});
