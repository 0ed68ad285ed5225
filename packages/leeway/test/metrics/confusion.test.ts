import { describe as suite, expect, test } from "vitest";
import { confusionMatrix } from "../../src/metrics/index.ts";

suite("confusionMatrix", () => {
  test("counts true classes by row and predicted ones by column", () => {
    expect(confusionMatrix([0, 0, 1, 2], [0, 2, 1, 2], 3)).toEqual([
      [1, 0, 1],
      [0, 1, 0],
      [0, 0, 1],
    ]);
  });
  test("names the label or prediction that is no class", () => {
    expect(() => confusionMatrix([0, 3], [0, 0], 3)).toThrow(
      "confusionMatrix: expected labels[1] to be a class below 3, got 3.",
    );
    expect(() => confusionMatrix([0, 1], [0, -1], 3)).toThrow("predictions[1]");
  });
  test("wants one prediction for each label", () => {
    expect(() => confusionMatrix([0, 1], [0], 3)).toThrow(
      "confusionMatrix: expected predictions to be as many as labels, 2, got 1.",
    );
  });
});
