import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import {
  arange,
  autocast,
  contiguous,
  conv2d,
  full,
  Generator,
  ones,
  randn,
  setThreads,
  sum,
  type Tensor,
  tensor,
  threads,
} from "../../src/index.ts";
import { checkGradient, expectClose } from "../../src/testing.ts";
import { hasOwnWeightGradient, sumsBFloat16InFloat32 } from "./fused.ts";

suite("conv2d", () => {
  const image = arange(9, { dtype: "float32" }).reshape([1, 1, 3, 3]);

  test("sums each window times the weight", () => {
    expect(conv2d(image, ones([1, 1, 2, 2])).toNumbers()).toEqual([8, 12, 20, 24]);
  });

  test("pads with zeros, steps by the stride, adds the bias", () => {
    const output = conv2d(image, ones([1, 1, 3, 3]), { padding: 1, stride: 2, bias: tensor([100]) });
    expect(output.toNumbers()).toEqual([108, 112, 120, 124]); // 0+1+3+4, 1+2+4+5, 3+4+6+7, 4+5+7+8
  });

  test("takes a pair for height and width, and groups", () => {
    expect(conv2d(image, ones([1, 1, 1, 1]), { stride: [1, 2] }).shape).toEqual([1, 1, 3, 2]);
    expect(conv2d(ones([1, 2, 2, 2]), ones([2, 1, 2, 2]), { groups: 2 }).toNumbers()).toEqual([4, 4]);
  });

  test("gives the same in channels_last", () => {
    const generator = new Generator(0);
    const [x, w] = [randn([2, 3, 5, 5], { generator }), randn([4, 3, 3, 3], { generator })];
    const last = conv2d(contiguous(x, "channels_last"), contiguous(w, "channels_last"), { padding: 1 });
    expect(last.channelsLast).toBe(true);
    // Sums of 27 products in another order: a few units in the last place of float32.
    expectClose(last, conv2d(x, w, { padding: 1 }).toNumbers(), { rtol: 1e-4, atol: 1e-5 });
  });

  test("has the gradients of finite differences, with stride and padding", () => {
    const generator = new Generator(1);
    const x = randn([1, 2, 3, 3], { generator, dtype: "float64" });
    const w = randn([2, 2, 2, 2], { generator, dtype: "float64" });
    const square = (y: typeof x) => sum(y.mul(y));
    const options = { stride: 2, padding: 1 };
    checkGradient((v) => square(conv2d(v, w, options)), x.toNumbers(), { shape: [1, 2, 3, 3] });
    checkGradient((v) => square(conv2d(x, v, options)), w.toNumbers(), { shape: [2, 2, 2, 2] });
    checkGradient((v) => square(conv2d(x, w, { ...options, bias: v })), [0.5, -0.5]);
  });
});

suite("conv2d of a 3 x 3 kernel in bfloat16", () => {
  type Shape = readonly [images: number, from: number, to: number, height: number, width: number];

  /** A batch, a weight and the gradient of the result, all of numbers that bfloat16 has. */
  function problem([images, from, to, height, width]: Shape) {
    const generator = new Generator(3);
    const rounded = (shape: readonly number[]): Tensor =>
      randn(shape, { generator }).to({ dtype: "bfloat16" }).contiguous("channels_last");
    return {
      x: rounded([images, from, height, width]),
      weight: rounded([to, from, 3, 3]).to({ dtype: "float32" }),
      gradient: rounded([images, to, height, width]),
    };
  }

  /** The gradients of weight and input. */
  function gradients({ x, weight, gradient }: ReturnType<typeof problem>): readonly [Tensor, Tensor] {
    x.requiresGrad = true;
    weight.requiresGrad = true;
    const y = autocast(() => conv2d(x, weight, { padding: 1 }));
    y.backward({ gradient: gradient.to({ dtype: y.dtype }) });
    return [weight.grad!, x.grad!]; // both were reached
  }

  function expectExact(shape: Shape): void {
    const p = problem(shape);
    const [ofWeight, ofInput] = gradients(p);
    const exact = (each: Tensor): Tensor => each.detach().to({ dtype: "float64" });
    const [x, weight] = [exact(p.x), exact(p.weight)];
    x.requiresGrad = true;
    weight.requiresGrad = true;
    conv2d(x, weight, { padding: 1 }).backward({ gradient: exact(p.gradient) });
    for (const [got, wanted] of [
      [ofWeight, weight.grad!], // both were reached
      [ofInput, x.grad!],
    ] as const) {
      const numbers = wanted.toNumbers();
      const largest = numbers.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      // A result may be rounded to 8 bits.
      expectClose(got.to({ dtype: "float64" }), numbers, { rtol: 2 ** -8, atol: 2 ** -8 * largest });
    }
    expect([ofWeight.dtype, ofWeight.shape]).toEqual(["float32", p.weight.shape]);
  }

  test.skipIf(!sumsBFloat16InFloat32)("has the exact gradients of its rounded numbers, for any size", () => {
    const channels = fc.constantFrom(3, 16, 32, 48, 64);
    const side = fc.integer({ min: 1, max: 20 });
    const shape = fc.tuple(fc.integer({ min: 1, max: 20 }), channels, channels, side, side);
    fc.assert(
      fc.property(shape, (shape) => {
        expectExact(shape);
      }),
      { numRuns: 40, seed: 5 },
    );
    expectExact([1, 16, 16, 1, 1]);
    expectExact([20, 64, 32, 8, 8]);
  });

  test.skipIf(!hasOwnWeightGradient)("has the same bits for every number of threads", () => {
    const before = threads();
    try {
      const [one, two] = [1, 2].map((count) => {
        setThreads(count);
        return gradients(problem([37, 32, 16, 9, 7])).map((each) => each.toNumbers());
      });
      expect(two).toEqual(one);
    } finally {
      setThreads(before);
    }
  });

  test("lets NaN show, in every place of the kernel that reads it", () => {
    const p = problem([2, 16, 16, 4, 4]);
    const [ofWeight] = gradients({ ...p, x: full([2, 16, 4, 4], NaN, { dtype: "bfloat16" }) });
    expect(ofWeight.toNumbers().every(Number.isNaN)).toBe(true);
  });

  test("leaves out the gradient of an input that needs none, and of a weight that is frozen", () => {
    const { x, weight, gradient } = problem([2, 16, 32, 4, 4]);
    weight.requiresGrad = true;
    autocast(() => conv2d(x, weight, { padding: 1 })).backward({ gradient });
    expect([x.grad, weight.grad?.shape]).toEqual([null, weight.shape]);
    weight.requiresGrad = false;
    weight.clearGrad();
    x.requiresGrad = true;
    autocast(() => conv2d(x, weight, { padding: 1 })).backward({ gradient });
    expect([x.grad?.shape, weight.grad]).toEqual([x.shape, null]);
  });
});
