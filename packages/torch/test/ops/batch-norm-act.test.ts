import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import {
  addScalarInPlace,
  batchNorm,
  batchNormAct,
  batchNormActTwice,
  type DType,
  full,
  Generator,
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

/** A batch of that shape, with parameters and running statistics that differ from channel to channel. */
function problem(
  shape: readonly number[],
  { dtype = "float64", seed = 1 }: { dtype?: DType; seed?: number },
) {
  const generator = new Generator(seed);
  const numbers: DType = dtype === "float64" ? "float64" : "float32";
  const normal = (size: readonly number[]): Tensor => randn(size, { generator, dtype: numbers });
  const channels = [shape[1]!]; // two dimensions or four
  return {
    x: normal(shape).mul(2).add(3).to({ dtype }),
    residual: normal(shape).to({ dtype }),
    weight: normal(channels),
    bias: normal(channels),
    mean: normal(channels),
    variance: full(channels, 1.5, { dtype: numbers }),
    gradient: normal(shape).to({ dtype }),
  };
}

type Problem = ReturnType<typeof problem>;
type Variant = (typeof variants)[number] & { readonly training: boolean };

/** The result, the statistics and all gradients of one call. */
function outcome(p: Problem, forward: (p: Problem) => Tensor): Record<string, number[]> {
  const leaves = [p.x, p.residual, p.weight, p.bias];
  for (const leaf of leaves) leaf.requiresGrad = true;
  const y = forward(p);
  y.backward({ gradient: p.gradient.to({ dtype: y.dtype }) });
  const numbers = (each: Tensor | null): number[] => each?.to({ dtype: "float64" }).toNumbers() ?? [];
  const [x, residual, weight, bias] = leaves.map((leaf) => numbers(leaf.grad));
  return {
    y: numbers(y),
    mean: numbers(p.mean),
    variance: numbers(p.variance),
    x,
    residual,
    weight,
    bias,
  } as Record<string, number[]>;
}

const fused =
  ({ relu, added, training }: Variant) =>
  ({ x, residual, weight, bias, mean, variance }: Problem): Tensor =>
    batchNormAct(x, added ? residual : null, weight, bias, mean, variance, training, 0.1, 1e-5, relu);

const oneByOne =
  ({ relu, added, training }: Variant) =>
  ({ x, residual, weight, bias, mean, variance }: Problem): Tensor => {
    const y = batchNorm(x, weight, bias, mean, variance, training, 0.1, 1e-5, true);
    const sum = added ? y.add(residual) : y;
    return relu ? reluOf(sum) : sum;
  };

suite("batchNormAct", () => {
  const shapes = [
    [4, 16, 5, 7],
    [3, 7, 4, 4],
    [5, 3, 1, 1],
    [2, 100, 3, 3],
    [9, 48],
    [64, 64, 8, 8],
    [2, 130, 9, 9],
  ];

  test.each(variants)("is libtorch's operators one by one, and their gradients: %o", (variant) => {
    for (const shape of shapes) {
      for (const training of [true, false]) {
        const each = { ...variant, training };
        const [got, wanted] = [fused(each), oneByOne(each)].map((f) => outcome(problem(shape, {}), f));
        expectSame(got!, wanted!, 1e-11); // there are two
      }
    }
  });

  test.each(["float32", "bfloat16"] as const)("computes in float32 from %s", (dtype) => {
    for (const training of [true, false]) {
      const variant = { relu: false, added: true, training };
      const got = outcome(problem([32, 24, 9, 9], { dtype }), fused(variant));
      const rounded = problem([32, 24, 9, 9], { dtype });
      const exact = Object.fromEntries(
        Object.entries(rounded).map(([name, each]) => [name, each.to({ dtype: "float64" })]),
      ) as Problem;
      expectSame(got, outcome(exact, oneByOne(variant)), dtype === "float32" ? 1e-6 : 4e-3); // half a unit of 8 bits
    }
  });

  test.each(variants)("has the gradients of finite differences: %o", ({ relu, added }) => {
    const shape = [3, 2, 2, 1];
    const { x, residual, weight, bias } = problem(shape, { seed: 4 });
    const loss = (x: Tensor, r: Tensor, w: Tensor, b: Tensor): Tensor => {
      const [mean, variance] = [full([2], 0, { dtype: "float64" }), full([2], 1, { dtype: "float64" })];
      const y = batchNormAct(x, added ? r : null, w, b, mean, variance, true, 0.1, 1e-5, relu);
      return sum(y.mul(y).mul(y));
    };
    const close = { rtol: 1e-4, atol: 1e-5 };
    checkGradient((v) => loss(v, residual, weight, bias), x.toNumbers(), { shape, ...close });
    checkGradient((v) => loss(x, residual, v, bias), weight.toNumbers(), close);
    checkGradient((v) => loss(x, residual, weight, v), bias.toNumbers(), close);
    if (added) checkGradient((v) => loss(x, v, weight, bias), residual.toNumbers(), { shape, ...close });
  });

  test("is the same for any shape, layout and number of threads", () => {
    const before = threads();
    const size = fc.integer({ min: 1, max: 9 });
    const shape = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 70 }), size, size);
    const run = fc.record({ shape, variant: fc.constantFrom(...variants), training: fc.boolean() });
    try {
      fc.assert(
        fc.property(run, ({ shape, variant, training }) => {
          const [n, channels, height, width] = shape;
          fc.pre(n * height * width > 1);
          const each = { ...variant, training };
          const made = (): Problem => problem([n, channels, height, width], {});
          setThreads(1);
          const wanted = outcome(made(), oneByOne(each));
          const got = outcome(made(), fused(each));
          expectSame(got, wanted, 1e-9);
          setThreads(2);
          const layout = ({ x, ...rest }: Problem): Problem => ({
            ...rest,
            x: x.contiguous("channels_last"),
          });
          expect(outcome(made(), (p) => fused(each)(layout(p)))).toEqual(got);
        }),
        { numRuns: 60, seed: 7 },
      );
    } finally {
      setThreads(before);
    }
  });

  test("reads slices and transposed images", () => {
    const variant = { relu: true, added: false, training: true };
    const cut = (f: (p: Problem) => Tensor) => (p: Problem) => f({ ...p, x: p.x.transpose(2, 3) });
    const [got, wanted] = [fused(variant), oneByOne(variant)].map((f) =>
      outcome(problem([4, 5, 6, 6], {}), cut(f)),
    );
    expectSame(got!, wanted!, 1e-11);
  });

  test("loses nothing of small differences between large numbers, nor in a large batch", () => {
    const x = randn([512, 4, 32, 32], { generator: new Generator(1) }).add(1000);
    const [mean, variance] = [full([4], 0), full([4], 1)];
    batchNormAct(x, null, full([4], 1), full([4], 0), mean, variance, true, 1, 1e-5, true);
    const exact = problem([512, 4, 1, 1], {});
    batchNorm(
      x.to({ dtype: "float64" }),
      exact.weight,
      exact.bias,
      exact.mean,
      exact.variance,
      true,
      1,
      1e-5,
      true,
    );
    expectClose(mean, exact.mean.toNumbers(), { rtol: 1e-7 });
    expectClose(variance, exact.variance.toNumbers(), { rtol: 1e-5 });
  });

  test("lets NaN and infinity show", () => {
    const x = tensor([1, NaN, 2, 3, 4, Infinity], [3, 2]);
    const one = (): Tensor => full([2], 1);
    const y = batchNormAct(x, null, one(), one(), one(), one(), true, 0.1, 1e-5, true).toNumbers();
    expect([0, 2, 4].every((i) => Number.isFinite(y[i]))).toBe(true);
    expect([1, 3, 5].every((i) => Number.isNaN(y[i]))).toBe(true);
  });

  test("gives nearly the same numbers with every instruction set", () => {
    const numbers = instructionSets.map((set) => computedWith(set, "batch-norm-act.mjs"));
    expect(numbers[0]).toHaveLength(2 * 3 * 20 * 5 * 5);
    for (const each of numbers.slice(1)) expectClose(each, numbers[0]!, { rtol: 1e-5, atol: 1e-5 }); // there is one
  });

  test("refuses what does not fit, before it reads it", () => {
    const { x, weight, bias, mean, variance, residual } = problem([4, 3, 2, 2], {});
    const call = (over: Partial<Problem>, training = true): (() => Tensor) => {
      const p = { x, weight, bias, mean, variance, residual, ...over };
      return () =>
        batchNormAct(p.x, p.residual, p.weight, p.bias, p.mean, p.variance, training, 0.1, 1e-5, true);
    };
    expect(call({ weight: full([2], 1, { dtype: "float64" }) })).toThrow(
      "expected 3 values, one for each channel",
    );
    expect(call({ bias: full([3], 1) })).toThrow("as the weight");
    expect(call({ residual: full([4, 3, 2, 1], 1) })).toThrow("expected a residual of shape [4, 3, 2, 2]");
    const single = full([1, 3, 1, 1], 1, { dtype: "float64" });
    expect(call({ x: single, residual: single })).toThrow("more than one value for each channel");
    expect(call({ x: single, residual: single }, false)().shape).toEqual([1, 3, 1, 1]);
  });
});

suite("batchNormActTwice", () => {
  const call = (p: Problem, { relu, added }: { relu: boolean; added: boolean }): readonly [Tensor, Tensor] =>
    batchNormActTwice(
      ...([p.x, added ? p.residual : null, p.weight, p.bias, p.mean, p.variance] as const),
      ...([true, 0.1, 1e-5, relu] as const),
    );
  // The weights differ, so that a gradient taken for the other's would show; sums give gradients nobody else holds.
  const used = ([first, second]: readonly [Tensor, Tensor]): Tensor => first.mul(first).add(second.mul(3));

  test.each(variants)("adds the gradients of its two uses: %o", (variant) => {
    for (const dtype of ["float64", "bfloat16"] as const) {
      for (const shape of [
        [4, 16, 5, 7],
        [3, 7, 4, 4],
        [9, 48],
      ]) {
        const each = { ...variant, training: true };
        const once = (p: Problem): Tensor => {
          const y = fused(each)(p);
          return used([y, y]);
        };
        const got = outcome(problem(shape, { dtype }), (p) => used(call(p, variant)));
        const wanted = outcome(problem(shape, { dtype }), once);
        expectSame(got, wanted, dtype === "float64" ? 1e-11 : 0.02); // each sum rounds to 8 bits once more
      }
    }
  });

  test("is one tensor in memory, and works where only one of the two is used", () => {
    for (const which of [0, 1] as const) {
      const variant = { relu: true, added: true, training: true };
      const got = outcome(problem([4, 6, 3, 3], {}), (p) => call(p, variant)[which]);
      expectSame(got, outcome(problem([4, 6, 3, 3], {}), fused(variant)), 1e-12);
    }
    const [first, second] = call(problem([2, 3, 4, 4], {}), { relu: false, added: false });
    addScalarInPlace(first, 1);
    expect(second.toNumbers()).toEqual(first.toNumbers());
  });

  test("leaves gradients alone that others hold", () => {
    const p = problem([4, 16, 5, 7], {});
    p.x.requiresGrad = true;
    p.residual.requiresGrad = true;
    const before = p.gradient.toNumbers();
    const [y] = call(p, { relu: true, added: true });
    y.backward({ gradient: p.gradient, retainGraph: true });
    expect(p.gradient.toNumbers()).toEqual(before);
    const first = p.x.grad!.toNumbers(); // it has one
    p.x.clearGrad();
    y.backward({ gradient: p.gradient });
    expect(p.x.grad!.toNumbers()).toEqual(first); // it has one
  });
});
