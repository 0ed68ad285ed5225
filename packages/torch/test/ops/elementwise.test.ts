import { describe as suite, expect, test } from "vitest";
import * as torch from "../../src/index.ts";
import { type Tensor, tensor } from "../../src/index.ts";
import { checkGradient, expectClose } from "../../src/testing.ts";

const a = tensor([1, 2, 3, 4], [2, 2]);
const row = tensor([10, 20]);

suite("arithmetic", () => {
  test("broadcasts a row over a matrix", () => {
    expect(a.add(row).toNumbers()).toEqual([11, 22, 13, 24]);
    expect(a.sub(row).toNumbers()).toEqual([-9, -18, -7, -16]);
    expect(a.mul(row).toNumbers()).toEqual([10, 40, 30, 80]);
    expectClose(a.div(row), [0.1, 0.1, 0.3, 0.2], { rtol: 1e-6 });
    expect(a.add(row.reshape([2, 1])).toNumbers()).toEqual([11, 12, 23, 24]);
  });

  test("takes a number for the other side", () => {
    expect(a.add(0.5).toNumbers()).toEqual([1.5, 2.5, 3.5, 4.5]);
    expect(a.div(2).toNumbers()).toEqual([0.5, 1, 1.5, 2]);
    expect(torch.pow(a, 2).toNumbers()).toEqual([1, 4, 9, 16]);
    expect(torch.pow(row, tensor([2, 1])).toNumbers()).toEqual([100, 20]);
    expect(torch.add(a, row, { alpha: 2 }).toNumbers()).toEqual([21, 42, 23, 44]);
    expect(torch.sub(a, 1, { alpha: 2 }).toNumbers()).toEqual([-1, 0, 1, 2]);
  });

  test("keeps a dtype, or widens to the one that holds both", () => {
    const whole = tensor(Int32Array.of(7, -7));
    expect(whole.mul(2).dtype).toBe("int32");
    expect(whole.mul(0.5).dtype).toBe("float32");
    expect(whole.add(tensor(BigInt64Array.of(1n, 1n))).dtype).toBe("int64");
    expect(whole.div(2).toNumbers()).toEqual([3.5, -3.5]);
  });

  test("works on nothing, and on one value without dimensions", () => {
    expect(torch.zeros([0, 2]).add(row).shape).toEqual([0, 2]);
    expect(torch.scalar(2).mul(torch.scalar(3)).item()).toBe(6);
  });

  test("carries NaN, infinity and -0", () => {
    const odd = tensor([NaN, Infinity, -0]);
    expect(odd.add(1).toNumbers()).toEqual([NaN, Infinity, 1]);
    expect(torch.ones([1]).mul(-0).toNumbers()).toEqual([-0]);
    expect(torch.isFinite(odd).toNumbers()).toEqual([0, 0, 1]);
  });
});

suite("functions of one tensor", () => {
  const cases: [keyof typeof torch, (x: number) => number][] = [
    ["neg", (x) => -x],
    ["exp", Math.exp],
    ["log", Math.log],
    ["sqrt", Math.sqrt],
    ["abs", Math.abs],
    ["relu", (x) => Math.max(x, 0)],
    ["sigmoid", (x) => 1 / (1 + Math.exp(-x))],
    ["tanh", Math.tanh],
  ];
  test.each(cases)("%s agrees with Math, and its gradient with finite differences", (name, expected) => {
    const f = torch[name] as (x: Tensor) => Tensor;
    const values = [0.3, 1, 2.5];
    expectClose(f(tensor(Float64Array.from(values))), values.map(expected), { rtol: 1e-12 });
    checkGradient((x) => f(x).sum(), values);
  });
});

suite("choices", () => {
  test("eq compares with a tensor or a number", () => {
    expect(torch.eq(a, 2).data()).toEqual(Uint8Array.of(0, 1, 0, 0));
    expect(torch.eq(a, a).dtype).toBe("bool");
  });

  test("clamp holds between the bounds given", () => {
    expect(torch.clamp(a, { min: 2, max: 3 }).toNumbers()).toEqual([2, 2, 3, 3]);
    expect(torch.clamp(a, { max: 2.5 }).toNumbers()).toEqual([1, 2, 2.5, 2.5]);
  });

  test("where takes the first where the condition holds", () => {
    expect(torch.where(torch.eq(a, 2), a, a.neg()).toNumbers()).toEqual([-1, 2, -3, -4]);
  });
});

suite("operators in place", () => {
  test("write over their input", () => {
    const x = tensor([-1, 2]);
    torch.addInPlace(x, tensor([1, 1]), 2);
    expect(x.toNumbers()).toEqual([1, 4]);
    torch.addScalarInPlace(x, -2);
    torch.reluInPlace(x);
    expect(x.toNumbers()).toEqual([0, 2]);
    torch.copyInto(x, tensor(BigInt64Array.of(5n, 6n)));
    expect([x.dtype, x.toNumbers()]).toEqual(["float32", [5, 6]]);
    torch.fillInPlace(x, 3);
    expect(x.toNumbers()).toEqual([3, 3]);
  });
});
