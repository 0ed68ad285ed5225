import { describe as suite, expect, test } from "vitest";
import {
  gather,
  indexSelect,
  oneHot,
  op,
  scatterAdd,
  sum,
  type Tensor,
  tensor,
  zeros,
} from "../../src/index.ts";
import { checkGradient } from "../../src/testing.ts";

const a = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
const indices = (...values: number[]) => tensor(BigInt64Array.from(values, BigInt));

suite("indexing", () => {
  test("gather takes one value per index", () => {
    expect(gather(a, 1, indices(2, 0).reshape([2, 1])).toNumbers()).toEqual([3, 4]);
  });

  test("indexSelect takes whole rows, again and again", () => {
    expect(indexSelect(a, 0, indices(1, 1)).toNumbers()).toEqual([4, 5, 6, 4, 5, 6]);
  });

  test("oneHot puts a 1 in each target's column", () => {
    expect(oneHot(indices(2, 0), 3).toNumbers()).toEqual([0, 0, 1, 1, 0, 0]);
  });

  test("scatterAdd adds up what falls on one place", () => {
    expect(scatterAdd(zeros([2]), 0, indices(1, 1, 0), tensor([1, 2, 4])).toNumbers()).toEqual([4, 3]);
  });

  test("a list may hold null where the operator takes no tensor for a dimension", () => {
    const index = op<[Tensor, readonly (Tensor | null)[]], Tensor>("aten::index.Tensor");
    expect(index(a, [null, indices(0)]).toNumbers()).toEqual([1, 4]);
  });

  test("gather has the gradient of finite differences", () => {
    const at = indices(2, 2, 0, 1).reshape([2, 2]);
    checkGradient((x) => sum(gather(x, 1, at).mul(gather(x, 1, at))), [1, 2, 3, 4, 5, 6], { shape: [2, 3] });
  });
});
