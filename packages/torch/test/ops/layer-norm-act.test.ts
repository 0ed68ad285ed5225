import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import {
  type DType,
  full,
  Generator,
  layerNorm,
  layerNormAct,
  ones,
  randn,
  relu as reluOf,
  setThreads,
  sum,
  type Tensor,
  tensor,
  threads,
} from "../../src/index.ts";
import { checkGradient, expectClose } from "../../src/testing.ts";
import { computedWith, expectSame, instructionSets, variants } from "./fused.ts";

type Variant = (typeof variants)[number];

/** Rows of that shape, with parameters that differ from column to column. */
function problem(
  shape: readonly number[],
  { dtype = "float64", seed = 1 }: { dtype?: DType; seed?: number } = {},
) {
  const generator = new Generator(seed);
  const numbers: DType = dtype === "float64" ? "float64" : "float32";
  const normal = (size: readonly number[]): Tensor => randn(size, { generator, dtype: numbers });
  const columns = [shape.at(-1) ?? 1];
  return {
    x: normal(shape).mul(2).add(3).to({ dtype }),
    before: normal(columns),
    weight: normal(columns),
    bias: normal(columns),
    gradient: normal(shape).to({ dtype }),
  };
}

type Problem = ReturnType<typeof problem>;

/** The result and all gradients of one call. */
function outcome(p: Problem, forward: (p: Problem) => Tensor): Record<string, number[]> {
  const leaves = { x: p.x, before: p.before, weight: p.weight, bias: p.bias };
  for (const leaf of Object.values(leaves)) leaf.requiresGrad = true;
  const y = forward(p);
  y.backward({ gradient: p.gradient.to({ dtype: y.dtype }) });
  const numbers = (each: Tensor | null): number[] => each?.to({ dtype: "float64" }).toNumbers() ?? [];
  const gradients = Object.entries(leaves).map(([name, leaf]) => [name, numbers(leaf.grad)]);
  return { y: numbers(y), ...(Object.fromEntries(gradients) as Record<string, number[]>) };
}

const fused =
  ({ relu, added }: Variant) =>
  ({ x, before, weight, bias }: Problem): Tensor =>
    layerNormAct(x, added ? before : null, weight, bias, 1e-5, relu);

const oneByOne =
  ({ relu, added }: Variant) =>
  ({ x, before, weight, bias }: Problem): Tensor => {
    const y = layerNorm(added ? x.add(before) : x, weight.shape, weight, bias, 1e-5);
    return relu ? reluOf(y) : y;
  };

suite("layerNormAct", () => {
  test.each(variants)("is libtorch's operators one by one, and their gradients: %o", (variant) => {
    for (const shape of [[512, 128], [1, 16], [3, 7], [2, 1], [5, 3, 33], [1000, 100], [130], [2, 40_000]]) {
      const [got, wanted] = [fused, oneByOne].map((of) => outcome(problem(shape), of(variant)));
      expectSame(got!, wanted!, 1e-10); // there are two
    }
  });

  test.each(["float32", "bfloat16"] as const)("computes in float32 from %s", (dtype) => {
    const variant = { relu: false, added: true };
    const got = outcome(problem([300, 72], { dtype }), fused(variant));
    const exact = Object.fromEntries(
      Object.entries(problem([300, 72], { dtype })).map(([name, each]) => [
        name,
        each.to({ dtype: "float64" }),
      ]),
    ) as Problem;
    expectSame(got, outcome(exact, oneByOne(variant)), dtype === "float32" ? 2e-6 : 4e-3); // half a unit of 8 bits
    expect(fused(variant)(problem([2, 4], { dtype })).dtype).toBe(dtype);
  });

  test.each(variants)("has the gradients of finite differences: %o", ({ relu, added }) => {
    const shape = [3, 5];
    const { x, before, weight, bias } = problem(shape, { seed: 4 });
    const loss = (x: Tensor, a: Tensor, w: Tensor, b: Tensor): Tensor => {
      const y = layerNormAct(x, added ? a : null, w, b, 1e-5, relu);
      return sum(y.mul(y).mul(y));
    };
    const close = { rtol: 1e-4, atol: 1e-5 };
    checkGradient((v) => loss(v, before, weight, bias), x.toNumbers(), { shape, ...close });
    checkGradient((v) => loss(x, before, v, bias), weight.toNumbers(), close);
    checkGradient((v) => loss(x, before, weight, v), bias.toNumbers(), close);
    if (added) checkGradient((v) => loss(x, v, weight, bias), before.toNumbers(), close);
  });

  test("is the same for any shape, layout and number of threads", () => {
    const before = threads();
    const run = fc.record({
      rows: fc.integer({ min: 1, max: 300 }),
      width: fc.integer({ min: 1, max: 300 }),
      variant: fc.constantFrom(...variants),
    });
    try {
      fc.assert(
        fc.property(run, ({ rows, width, variant }) => {
          setThreads(1);
          const [got, wanted] = [fused, oneByOne].map((of) => outcome(problem([rows, width]), of(variant)));
          // A row of one value has a variance of 0, and gradients of rounding times 1 / √ε.
          expectSame(got!, wanted!, width < 3 ? 1e-6 : 1e-8); // there are two
          setThreads(2);
          const transposed = (p: Problem): Tensor =>
            fused(variant)({ ...p, x: p.x.transpose(0, 1).contiguous().transpose(0, 1) });
          expect(outcome(problem([rows, width]), transposed)).toEqual(got);
        }),
        { numRuns: 60, seed: 7 },
      );
    } finally {
      setThreads(before);
    }
  });

  test("loses nothing of small differences between large numbers", () => {
    const { x, weight, bias } = problem([64, 200], { dtype: "float32" });
    const far = x.add(10_000);
    const exact = layerNorm(far.to({ dtype: "float64" }), [200], weight.to({ dtype: "float64" }), null, 1e-5);
    const got = layerNormAct(far, null, weight, bias.mul(0), 1e-5, false);
    expectClose(got, exact.toNumbers(), { rtol: 1e-3, atol: 2e-3 }); // the values carry 3 digits after the point
  });

  test("lets NaN and infinity show, in their rows alone", () => {
    const x = tensor([1, 2, 3, NaN, 2, 3, 4, 5, Infinity], [3, 3]);
    x.requiresGrad = true;
    const one = ones([3]);
    one.requiresGrad = true;
    const y = layerNormAct(x, null, one, ones([3]), 1e-5, true);
    const isFinite = y.toNumbers().map((value) => Number.isFinite(value));
    expect(isFinite).toEqual([true, true, true, false, false, false, false, false, false]);
    y.sum().backward();
    expect(
      x
        .grad!.toNumbers()
        .map((value) => Number.isNaN(value))
        .slice(3),
    ).toEqual(Array(6).fill(true));
    expect(one.grad!.toNumbers().every((value) => Number.isNaN(value))).toBe(true);
  });

  test("gives nearly the same numbers with every instruction set", () => {
    const numbers = instructionSets.map((set) => computedWith(set, "layer-norm-act.mjs"));
    expect(numbers[0]).toHaveLength(2 * 7 * 37 + 3 * 37);
    for (const each of numbers.slice(1)) expectClose(each, numbers[0]!, { rtol: 1e-5, atol: 1e-5 }); // there is one
  });

  test("refuses what does not fit, before it reads it", () => {
    const { x, before, weight, bias } = problem([4, 3]);
    const call = (over: Partial<Problem>): (() => Tensor) => {
      const p = { x, before, weight, bias, ...over };
      return () => layerNormAct(p.x, p.before, p.weight, p.bias, 1e-5, true);
    };
    const two = full([2], 1, { dtype: "float64" });
    for (const name of ["before", "weight", "bias"]) {
      expect(call({ [name]: two })).toThrow("expected 3 values, one for each column, got shape [2]");
    }
    expect(call({ bias: ones([3]) })).toThrow("as the weight");
    expect(call({ x: full([], 1, { dtype: "float64" }) })).toThrow("at least 1 dimension");
  });

  test("takes no rows, and whole numbers by libtorch's operators", () => {
    const { weight, bias } = problem([1, 3], { dtype: "float32" });
    expect(layerNormAct(ones([0, 3]), null, weight, bias, 1e-5, true).shape).toEqual([0, 3]);
    const half = ones([2, 3], { dtype: "float16" });
    expect(layerNormAct(half, null, weight, bias, 1e-5, true).dtype).toBe("float16");
  });
});
