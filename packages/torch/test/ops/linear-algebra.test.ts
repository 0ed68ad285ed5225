import { describe as suite, expect, test } from "vitest";
import { arange, linear, matmul, mm, randn, sum, tensor, zeros } from "../../src/index.ts";
import { checkGradient } from "../../src/testing.ts";

suite("linear algebra", () => {
  const a = tensor([1, 2, 3, 4], [2, 2]);

  test("mm multiplies matrices, also of no rows", () => {
    expect(mm(a, a).toNumbers()).toEqual([7, 10, 15, 22]);
    expect(mm(zeros([0, 2]), a).shape).toEqual([0, 2]);
    expect(mm(zeros([2, 0]), zeros([0, 2])).toNumbers()).toEqual([0, 0, 0, 0]);
  });

  test("matmul broadcasts over batches", () => {
    const batch = arange(8, { dtype: "float32" }).reshape([2, 2, 2]);
    expect(matmul(batch, a).toNumbers()).toEqual([3, 4, 11, 16, 19, 28, 27, 40]);
  });

  test("linear multiplies by the transposed weight and adds the bias", () => {
    expect(linear(a, tensor([1, 0, 1, 1, 0, 2], [3, 2]), tensor([0, 0, 1])).toNumbers()).toEqual([
      1, 3, 5, 3, 7, 9,
    ]);
  });

  test("linear has the gradient of finite differences, in input, weight and bias", () => {
    const fixed = randn([2, 3], { dtype: "float64" });
    const values = [0.5, -1, 2, 1, 0.25, -0.5];
    const square = (y: ReturnType<typeof linear>) => sum(y.mul(y));
    checkGradient((x) => square(linear(x, fixed)), values, { shape: [2, 3] });
    checkGradient((w) => square(linear(fixed, w)), values, { shape: [2, 3] });
    checkGradient((b) => square(linear(fixed, fixed, b)), [1, 2]);
  });
});
