import { describe as suite, expect, test } from "vitest";
import {
  crossEntropy,
  Generator,
  logSoftmax,
  logSumExp,
  marginCrossEntropy,
  oneHot,
  randn,
  softmax,
  sum,
  type Tensor,
  tensor,
} from "../../src/index.ts";
import { checkGradient, expectClose } from "../../src/testing.ts";

const logits = tensor(Float64Array.of(0, Math.log(3), 2, 2), [2, 2]);
const targets = tensor(BigInt64Array.of(1n, 0n));

suite("softmax", () => {
  test("is e^z over its sum, and stays finite for large logits", () => {
    expectClose(softmax(logits, 1), [1 / 4, 3 / 4, 1 / 2, 1 / 2]);
    expectClose(logSoftmax(logits, 1), [1 / 4, 3 / 4, 1 / 2, 1 / 2].map(Math.log));
    expectClose(logSumExp(logits, [1]), [Math.log(4), 2 + Math.log(2)]);
    expect(softmax(tensor([1000, -1000]), 0).toNumbers()).toEqual([1, 0]);
  });

  test("logSoftmax has the gradient of finite differences", () => {
    const w = tensor(Float64Array.of(1, -2, 0.5));
    checkGradient((z) => sum(logSoftmax(z, 0).mul(w)), [0.1, 2, -1]);
  });
});

suite("crossEntropy", () => {
  const losses = [-Math.log(3 / 4), -Math.log(1 / 2)] as const;

  test("is -log softmax of the target, as mean, sum or one by one", () => {
    expectClose(crossEntropy(logits, targets, { reduction: "none" }), losses);
    expectClose(crossEntropy(logits, targets, { reduction: "sum" }), [losses[0] + losses[1]]);
    expectClose(crossEntropy(logits, targets), [(losses[0] + losses[1]) / 2]);
  });

  test("divides the mean by the sum of the targets' weights", () => {
    const weight = tensor(Float64Array.of(3, 1));
    expectClose(crossEntropy(logits, targets, { weight }), [(losses[0] + 3 * losses[1]) / 4]);
  });

  test("smooths labels towards the uniform distribution", () => {
    // 0.9 of the target's loss and 0.1 of the mean over both classes; the second row is uniform anyway.
    const first = 0.9 * losses[0] - (0.1 / 2) * (Math.log(1 / 4) + Math.log(3 / 4));
    const smooth = crossEntropy(logits, targets, { labelSmoothing: 0.1, reduction: "none" });
    expectClose(smooth, [first, losses[1]]);
  });

  test("of no examples is NaN as a mean and 0 as a sum", () => {
    const none = tensor(new BigInt64Array(0));
    const empty = tensor(new Float32Array(0), [0, 3]);
    expect(crossEntropy(empty, none).item()).toBeNaN();
    expect(crossEntropy(empty, none, { reduction: "sum" }).item()).toBe(0);
  });

  test("has the gradient of finite differences, with weights and smoothing", () => {
    const weight = tensor(Float64Array.of(3, 1));
    const values = [0.5, -1, 2, 0.25];
    for (const options of [{}, { weight }, { labelSmoothing: 0.1 }, { weight, labelSmoothing: 0.2 }]) {
      checkGradient((z) => crossEntropy(z, targets, options), values, { shape: [2, 2] });
    }
  });
});

suite("marginCrossEntropy", () => {
  const generator = new Generator(6);
  const number = (shape: readonly number[]): Tensor => randn(shape, { generator, dtype: "float64" });
  const [multipliers, offsets, margins] = [number([5]), number([5]), number([5])];
  const classes = tensor(BigInt64Array.of(0n, 4n, 2n, 2n, 1n, 3n, 0n));
  const variants: { scale?: number; multipliers?: Tensor; offsets?: Tensor; margins?: Tensor }[] = [
    {},
    { scale: 30 },
    { margins, scale: 3 },
    { multipliers, offsets },
    { multipliers, offsets, margins, scale: 0.5 },
  ];

  test.each(variants)("is libtorch's operators one by one, with their gradient: case %#", (options) => {
    for (const dtype of ["float64", "float32"] as const) {
      const { scale = 1, multipliers: m, offsets: o, margins: d } = options;
      const z = number([7, 5]).to({ dtype });
      const [ours, theirs] = [z.clone(), z.clone()];
      ours.requiresGrad = true;
      theirs.requiresGrad = true;
      const losses = marginCrossEntropy(ours, classes, options);
      let adjusted = theirs.mul(scale);
      if (m !== undefined) adjusted = adjusted.mul(m);
      if (o !== undefined) adjusted = adjusted.add(o);
      if (d !== undefined) adjusted = adjusted.sub(oneHot(classes, 5).mul(d));
      const wanted = crossEntropy(adjusted, classes, { reduction: "none" });
      const weights = number([7]);
      sum(losses.mul(weights)).backward();
      sum(wanted.mul(weights)).backward();
      const rtol = dtype === "float64" ? 1e-12 : 1e-5;
      expectClose(losses.detach(), wanted.detach().toNumbers(), { rtol, atol: rtol });
      expectClose(ours.grad!, theirs.grad!.toNumbers(), { rtol, atol: 10 * rtol }); // both were reached
    }
  });

  test("reads logits that do not lie in rows, and stays finite for large ones", () => {
    const z = number([5, 7]).transpose(0, 1);
    expectClose(marginCrossEntropy(z, classes), crossEntropy(z, classes, { reduction: "none" }).toNumbers());
    const large = tensor([1000, -1000, -1000, 1000], [2, 2]);
    expect(marginCrossEntropy(large, tensor(BigInt64Array.of(0n, 0n))).toNumbers()).toEqual([0, 2000]);
  });

  test("refuses a target that is no class, and numbers of other classes", () => {
    expect(() => marginCrossEntropy(number([1, 2]), tensor(BigInt64Array.of(-1n)))).toThrow(
      "Target -1 is out of bounds",
    );
    expect(() => marginCrossEntropy(number([2, 2]), tensor(BigInt64Array.of(0n)))).toThrow(
      "expected 2 targets",
    );
    expect(() => marginCrossEntropy(number([1, 2]), tensor(BigInt64Array.of(0n)), { offsets })).toThrow(
      "expected 2 numbers, one for each class, got shape [5]",
    );
  });
});
