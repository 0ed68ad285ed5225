import { describe as suite, expect, test } from "vitest";
import { adaptiveAvgPool2d, arange, avgPool2d, maxPool2d, sum, type Tensor } from "../../src/index.ts";
import { checkGradient } from "../../src/testing.ts";

const image = arange(16, { dtype: "float32" }).reshape([1, 1, 4, 4]);

suite("pooling", () => {
  test("averages each window", () => {
    expect(avgPool2d(image, 2).toNumbers()).toEqual([2.5, 4.5, 10.5, 12.5]);
    expect(avgPool2d(image, 2, { stride: 1 }).shape).toEqual([1, 1, 3, 3]);
    expect(adaptiveAvgPool2d(image, [1, 1]).item()).toBe(7.5);
  });

  test("takes the largest of each window; padding never wins", () => {
    expect(maxPool2d(image, 2).toNumbers()).toEqual([5, 7, 13, 15]);
    expect(maxPool2d(image.neg(), 2, { padding: 1 }).toNumbers()[0]).toBe(-0);
  });

  const pools: [string, (x: Tensor) => Tensor][] = [
    ["avgPool2d", (x) => avgPool2d(x, 2, { padding: 1 })],
    ["maxPool2d", (x) => maxPool2d(x, 2)],
    ["adaptiveAvgPool2d", (x) => adaptiveAvgPool2d(x, [2, 1])],
  ];
  test.each(pools)("%s has the gradient of finite differences", (_, pool) => {
    const values = Array.from({ length: 16 }, (_, i) => ((i * 7) % 16) / 4);
    checkGradient((x) => sum(pool(x).mul(pool(x))), values, { shape: [1, 1, 4, 4] });
  });
});
