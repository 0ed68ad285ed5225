import { scope, tensor } from "@leeway/torch";
import { checkGradient } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import { weightedMean } from "../../src/losses/index.ts";

suite("weightedMean", () => {
  const targets = BigInt64Array.of(0n, 2n, 2n);
  const of = (losses: readonly number[], weights: readonly number[] | null): number =>
    scope(() =>
      weightedMean(
        tensor(Float64Array.from(losses)),
        tensor(targets),
        weights && tensor(Float64Array.from(weights)),
      ).item(),
    );

  test("weighs each example by its class and divides by the batch's weights", () => {
    expect(of([1, 2, 4], [3, 100, 0.5])).toBeCloseTo((3 * 1 + 0.5 * 2 + 0.5 * 4) / (3 + 0.5 + 0.5), 14);
  });
  test("is the mean without weights and with equal ones", () => {
    expect(of([1, 2, 6], null)).toBe(3);
    expect(of([1, 2, 6], [5, 5, 5])).toBeCloseTo(3, 14);
  });
  test("does not depend on the weights' size", () => {
    expect(of([1, 2, 4], [300, 1, 50])).toBeCloseTo(of([1, 2, 4], [3, 1, 0.5]), 14);
  });
  test("gives each loss its share of the weights as gradient", () => {
    const weights = Float64Array.of(3, 1, 0.5);
    checkGradient((losses) => weightedMean(losses, tensor(targets), tensor(weights)), [1, 2, 4]);
  });
  const ofRows = (losses: readonly number[], rows: readonly number[], classes: Float64Array | null): number =>
    scope(() =>
      weightedMean(tensor(Float64Array.from(losses)), tensor(targets), classes && tensor(classes), {
        rowWeights: tensor(Float64Array.from(rows)),
      }).item(),
    );
  test("weighs each example by its own weight", () => {
    expect(ofRows([1, 2, 4], [5, 0, 3], null)).toBeCloseTo((5 * 1 + 3 * 4) / 8, 14);
  });
  test("multiplies an example's weight by its class's", () => {
    const classes = Float64Array.of(3, 100, 0.5);
    const [a, b, c] = [5 * 3, 2 * 0.5, 3 * 0.5] as const;
    expect(ofRows([1, 2, 4], [5, 2, 3], classes)).toBeCloseTo((a * 1 + b * 2 + c * 4) / (a + b + c), 14);
  });
  test("counts an example of weight 2 like two of it", () => {
    expect(ofRows([1, 2, 4], [2, 1, 1], null)).toBe((1 + 1 + 2 + 4) / 4);
  });
  test("gives each loss its share of both weights as gradient", () => {
    const [rows, classes] = [Float64Array.of(5, 2, 3), Float64Array.of(3, 1, 0.5)];
    const mean: Parameters<typeof checkGradient>[0] = (losses) =>
      weightedMean(losses, tensor(targets), tensor(classes), { rowWeights: tensor(rows) });
    checkGradient(mean, [1, 2, 4]);
  });
  test("refuses a class without a weight", () => {
    expect(() => of([1, 2, 4], [1, 1])).toThrow("out of range");
  });
});
