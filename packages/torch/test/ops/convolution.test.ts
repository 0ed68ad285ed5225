import { describe as suite, expect, test } from "vitest";
import { arange, contiguous, conv2d, Generator, ones, randn, sum, tensor } from "../../src/index.ts";
import { checkGradient, expectClose } from "../../src/testing.ts";

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
