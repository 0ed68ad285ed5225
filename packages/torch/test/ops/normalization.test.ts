import { describe as suite, test } from "vitest";
import {
  batchNorm,
  Generator,
  layerNorm,
  normalize,
  randn,
  sum,
  type Tensor,
  tensor,
} from "../../src/index.ts";
import { checkGradient, expectClose } from "../../src/testing.ts";

suite("batchNorm", () => {
  const norm = (x: Tensor, w: Tensor | null, b: Tensor | null) =>
    batchNorm(x, w, b, null, null, true, 0.1, 1e-5, true);

  test("gives each channel mean 0 and variance 1, then scale and shift", () => {
    const x = tensor([1, 3, 10, 30], [2, 2]).transpose(0, 1).reshape([2, 2, 1, 1]); // channels (1, 3), (10, 30)
    // (x - mean) / √(var + 1e-5): var is 1 and 100.
    expectClose(norm(x, tensor([2, 1]), tensor([0, 5])), [-2, 4, 2, 6], { rtol: 1e-4 });
  });

  test("has the gradients of finite differences in training", () => {
    const generator = new Generator(2);
    const x = randn([3, 2, 2, 1], { generator, dtype: "float64" });
    const [w, b] = [tensor(Float64Array.of(1.5, -0.5)), tensor(Float64Array.of(0.2, 1))];
    const cube = (y: Tensor) => sum(y.mul(y).mul(y));
    const close = { rtol: 1e-4, atol: 1e-6 }; // third powers of quotients: finite differences are rougher here
    checkGradient((v) => cube(norm(v, w, b)), x.toNumbers(), { shape: [3, 2, 2, 1], ...close });
    checkGradient((v) => cube(norm(x, v, b)), w.toNumbers(), close);
    checkGradient((v) => cube(norm(x, w, v)), b.toNumbers(), close);
  });
});

suite("normalize", () => {
  test("gives vectors of length 1, and leaves zero at zero", () => {
    expectClose(normalize(tensor([3, 4, 0, 0], [2, 2]), 1), [0.6, 0.8, 0, 0], { rtol: 1e-6 });
  });

  test("has the gradient of finite differences", () => {
    const w = tensor(Float64Array.of(1, -2, 0.5, 3), [2, 2]);
    checkGradient((x) => sum(normalize(x, 1).mul(w)), [3, 4, -1, 0.5], { shape: [2, 2] });
  });
});

suite("layerNorm", () => {
  test("gives each example mean 0 and variance 1, then scale and shift", () => {
    const x = tensor([1, 3, 10, 30], [2, 2]);
    // (x - mean) / √(var + 1e-5): the variances are 1 and 100.
    expectClose(layerNorm(x, [2], tensor([2, 1]), tensor([0, 5]), 1e-5), [-2, 6, -2, 6], { rtol: 1e-4 });
  });

  test("has the gradient of finite differences", () => {
    const w = tensor(Float64Array.of(1, -2, 0.5, 3, 1, 2), [2, 3]);
    const norm = (x: Tensor) => layerNorm(x, [3], null, null, 1e-5);
    checkGradient((x) => sum(norm(x).mul(w)), [3, 4, -1, 0.5, 2, 7], {
      shape: [2, 3],
      rtol: 1e-4,
      atol: 1e-6,
    });
  });
});
