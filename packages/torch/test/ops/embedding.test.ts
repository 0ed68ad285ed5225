import { describe as suite, expect, test } from "vitest";
import { embedding, less, maskedFill, sum, tensor } from "../../src/index.ts";
import { checkGradient } from "../../src/testing.ts";

const int64 = (...values: number[]) => tensor(BigInt64Array.from(values, BigInt));
const table = [1, 2, 10, 20, 100, 200];

suite("embedding", () => {
  test("has the gradient of finite differences, none for the padding row", () => {
    checkGradient((weight) => {
      const rows = embedding(weight.reshape([3, 2]), int64(1, 1, 2));
      return sum(rows.mul(rows));
    }, table);
    const weight = tensor(table, [3, 2]);
    weight.requiresGrad = true;
    sum(embedding(weight, int64(0, 1), 0)).backward();
    expect(weight.grad!.toNumbers()).toEqual([0, 0, 1, 1, 0, 0]);
  });
});

suite("maskedFill", () => {
  test("writes a value where the mask is true, here where less holds", () => {
    const input = tensor([1, 5, 3]);
    expect(maskedFill(input, less(input, tensor([2, 2, 4])), -1).toNumbers()).toEqual([-1, 5, -1]);
  });
});
