import { describe as suite, expect, test } from "vitest";
import {
  indexSelect,
  linear,
  mm,
  nn,
  Generator,
  sparseNorms,
  sparseRows,
  sum,
  tensor,
} from "../../src/index.ts";
import { checkGradient, expectClose } from "../../src/testing.ts";

const int64 = (...values: number[]) => tensor(BigInt64Array.from(values, BigInt));
/** [[0, 2, 0], [0, 0, 0], [3, 0, 4]] */
const rows = (values = tensor([2, 3, 4])) =>
  sparseRows(int64(1, 0, 2), values, { lengths: int64(1, 0, 2), width: 3 });
const weight = [1, 10, 100, 2, 20, 200];

suite("sparseRows", () => {
  test("stands in a linear layer for the rows it holds, empty ones too", () => {
    expect(rows().shape).toEqual([3, 3]);
    const logits = linear(rows(), tensor(weight, [2, 3]), tensor([1, 2]));
    expect(logits.toNumbers()).toEqual([21, 42, 1, 2, 404, 808]);
  });

  test("gives a weight the gradient of finite differences", () => {
    const doubles = tensor(Float64Array.of(2, 3, 4));
    checkGradient((x) => {
      const logits = linear(rows(doubles), x.reshape([2, 3]));
      return sum(logits.mul(logits));
    }, weight);
  });

  test("is mixed row by row", () => {
    const mixed = rows()
      .mul(0.5)
      .add(indexSelect(rows(), 0, int64(2, 0, 2)).mul(0.5));
    const identity = tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]);
    expect(mm(mixed, identity).toNumbers()).toEqual([1.5, 1, 2, 0, 1, 0, 3, 0, 4]);
  });
});

suite("sparseNorms", () => {
  test("gives the length of each row, of what stands at one place added up", () => {
    expect(sparseNorms(rows()).toNumbers()).toEqual([2, 0, 5]);
    const twice = sparseRows(int64(1, 1), tensor([1, 2]), { lengths: int64(2), width: 3 });
    expect(sparseNorms(twice).toNumbers()).toEqual([3]);
  });
});

suite("CosineLinear of sparse rows", () => {
  test("gives cosines, and 0 for a row without numbers", () => {
    const layer = new nn.CosineLinear(3, 2, { generator: new Generator(0), sparse: true });
    layer.loadStateDict({ weight: tensor([0, 7, 0, 4, 0, 3], [2, 3]) });
    // ⟨(3, 0, 4), (4, 0, 3)⟩ = 24, of lengths 5 and 5.
    expectClose(layer.forward(rows()), [1, 0, 0, 0, 0, 24 / 25], { rtol: 1e-6 });
  });
});
