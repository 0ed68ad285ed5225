import { describe as suite, expect, test } from "vitest";
import { all, argmax, max, mean, norm, sum, tensor, zeros } from "../../src/index.ts";
import { checkGradient } from "../../src/testing.ts";

const a = tensor([1, 5, 3, 4, 2, 6], [2, 3]);

suite("reductions", () => {
  test("sum and mean run over everything, one dimension or several", () => {
    expect(sum(a).item()).toBe(21);
    expect(sum(a, { dim: 0 }).toNumbers()).toEqual([5, 7, 9]);
    expect(mean(a, { dim: -1, keepdim: true }).shape).toEqual([2, 1]);
    expect(mean(a, { dim: [0, 1] }).item()).toBe(3.5);
  });

  test("sum of whole numbers is int64, of nothing 0", () => {
    expect(sum(tensor(Uint8Array.of(255, 255))).data()).toEqual(BigInt64Array.of(510n));
    expect(sum(zeros([0])).item()).toBe(0);
  });

  test("mean of nothing is NaN", () => {
    expect(mean(zeros([0])).item()).toBeNaN();
  });

  test("max says what is largest and where", () => {
    const { values, indices } = max(a, 1);
    expect([values.toNumbers(), indices.toNumbers()]).toEqual([
      [5, 6],
      [1, 2],
    ]);
    expect(argmax(a, 0).data()).toEqual(BigInt64Array.of(1n, 0n, 1n));
  });

  test("norm is the root of the sum of squares", () => {
    expect(norm(tensor([3, 4]), 0).item()).toBe(5);
    expect(norm(tensor([3, -4]), 0, { p: 1, keepdim: true }).toNumbers()).toEqual([7]);
  });

  test("all holds where every value does", () => {
    expect(all(tensor([1, 1], [2], { dtype: "bool" })).item()).toBe(1);
    expect(all(tensor([1, 0], [2], { dtype: "bool" })).item()).toBe(0);
  });

  test("have the gradients of finite differences", () => {
    const values = [1, 5, 3, 4, 2, 6];
    checkGradient((x) => mean(x).mul(sum(x)), values, { shape: [2, 3] });
    checkGradient((x) => sum(max(x, 1).values), values, { shape: [2, 3] });
    checkGradient((x) => sum(norm(x, 1)), values, { shape: [2, 3] });
  });
});
