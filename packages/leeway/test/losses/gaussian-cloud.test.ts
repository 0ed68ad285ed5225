import { manualSeed, tensor } from "@leeway/torch";
import { checkGradient } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import { logitClouds, uniformMargins } from "../../src/imbalance/index.ts";
import { gaussianCloudLoss, ldamLoss } from "../../src/losses/index.ts";
import { answerOf } from "./reference.ts";

suite("logitClouds", () => {
  test("grow with the logarithm of how rare a class is, from 0 to 1", () => {
    expect([...logitClouds([1000, 10, 100])]).toEqual([0, 1, expect.closeTo(0.5, 12)]);
    expect([...logitClouds([7, 7])]).toEqual([0, 0]);
    expect(() => logitClouds([1, 0])).toThrow("logitClouds: expected");
  });
});

suite("gaussianCloudLoss", () => {
  const logits = [
    [0.3, -0.2, 0.9],
    [0.1, 0.4, -0.5],
  ];

  test("with equal counts is LDAM with one margin for all, and draws nothing", () => {
    const loss = gaussianCloudLoss(logitClouds([9, 9, 9]));
    const ldam = answerOf(ldamLoss(uniformMargins(3, 0.5)), logits, [1, 2]);
    expect(answerOf(loss, logits, [1, 2])).toEqual(ldam);
  });

  test("lowers the logits of a class by up to its cloud, on average by 0.8 of a standard deviation", () => {
    // Two classes, one clouded: s (z_0 - z_1) moves by s δ |ε| alone, which the loss of class 0 at margin 0 tells.
    manualSeed(0);
    const loss = gaussianCloudLoss(Float64Array.of(0.6, 0), { margin: 0, scale: 1 });
    const count = 20_000;
    const { values } = answerOf(loss, Array<number[]>(count).fill([0, 0]), Array<number>(count).fill(0));
    const lowered = [...values].map((value) => Math.log(Math.expm1(value)) / 0.6); // ℓ = log(1 + e^(δ|ε|))
    expect(Math.min(...lowered)).toBeGreaterThanOrEqual(-1e-12);
    expect(Math.max(...lowered)).toBeLessThanOrEqual(1 + 1e-12);
    const mean = lowered.reduce((sum, each) => sum + each) / count;
    // E|ε| = √(2/π) / 3 = 0.266, less 0.0006 for the cut at three deviations; its standard error is 0.0014.
    expect(Math.abs(mean - 0.2654)).toBeLessThan(0.007);
  });

  test("has the gradient that finite differences give", () => {
    const loss = gaussianCloudLoss(Float64Array.of(0, 0.5, 1), { scale: 10 });
    const targets = BigInt64Array.of(2n, 0n);
    const seeded: typeof loss = (z, y) => {
      manualSeed(1); // the same noise each time
      return loss(z, y);
    };
    checkGradient((x) => seeded(x, tensor(targets)).sum(), [0.1, -0.4, 0.3, 0.2, 0.6, -0.9], {
      shape: [2, 3],
    });
  });

  test("refuses what is no cloud, margin or scale", () => {
    expect(() => gaussianCloudLoss(Float64Array.of(1))).toThrow("at least 2 classes");
    expect(() => gaussianCloudLoss(Float64Array.of(1, NaN))).toThrow("clouds[1] to be finite");
    expect(() => gaussianCloudLoss(Float64Array.of(0, 1), { margin: -1 })).toThrow("margin to be at least 0");
    expect(() => gaussianCloudLoss(Float64Array.of(0, 1), { scale: 0 })).toThrow("scale to be above 0");
  });
});
