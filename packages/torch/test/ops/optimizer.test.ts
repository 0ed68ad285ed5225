import { describe as suite, expect, test } from "vitest";
import {
  conv2d,
  Generator,
  gradientNormOf,
  randn,
  sgdInPlace,
  setThreads,
  stepNumbers,
  sum,
  type Tensor,
  tensor,
  threads,
  withGradient,
  zerosLike,
} from "../../src/index.ts";
import { expectClose } from "../../src/testing.ts";

/** Parameters of many shapes and layouts with a gradient each; one without. */
function parameters(dtype: "float32" | "float64"): Tensor[] {
  const generator = new Generator(2);
  const made = [[3], [40, 1000], [16, 8, 3, 3], [1], [5, 7]].map((shape) =>
    randn(shape, { generator, dtype }),
  );
  made[2] = made[2]!.contiguous("channels_last");
  for (const [i, each] of made.entries()) {
    each.requiresGrad = true;
    if (i !== 3) sum(each.mul(each).mul(i + 1)).backward(); // 2 (i + 1) p
  }
  return made;
}

const values = (tensors: readonly Tensor[]): number[][] => tensors.map((each) => each.detach().toNumbers());

suite("sgdInPlace", () => {
  test.each([
    { momentum: 0, nesterov: false, weightDecay: 0 },
    { momentum: 0.9, nesterov: false, weightDecay: 0.1 },
    { momentum: 0.9, nesterov: true, weightDecay: 0.1 },
  ])("is the rule for every value: %o", ({ momentum, nesterov, weightDecay }) => {
    for (const dtype of ["float32", "float64"] as const) {
      const learning = parameters(dtype);
      const velocities = learning.map((each) => zerosLike(each.detach()).add(0.5));
      const before = values(learning);
      sgdInPlace(learning, momentum === 0 ? [] : velocities, 0.1, momentum, nesterov, weightDecay);
      learning.forEach((each, i) => {
        const wanted = before[i]!.map((p) => {
          if (i === 3) return p; // no gradient
          const g = 2 * (i + 1) * p + weightDecay * p;
          const v = momentum * 0.5 + g;
          if (momentum === 0) return p - 0.1 * g;
          return p - 0.1 * (nesterov ? g + momentum * v : v);
        });
        const rtol = dtype === "float32" ? 1e-5 : 1e-12;
        expectClose(each.detach(), wanted, { rtol, atol: rtol });
      });
    }
  });

  test("follows gradients that lie otherwise than their parameter, and expanded ones", () => {
    const weight = randn([4, 3, 3, 3], { generator: new Generator(1) }).contiguous("channels_last");
    const bias = tensor([1, 2, 3, 4]);
    for (const each of [weight, bias]) each.requiresGrad = true;
    sum(conv2d(randn([2, 3, 5, 5], { generator: new Generator(3) }), weight, { bias })).backward();
    const [before, gradients] = [values([weight, bias]), values([weight.grad!, bias.grad!])];
    sgdInPlace([weight, bias], [], 0.1, 0, false, 0);
    [weight, bias].forEach((each, i) => {
      const wanted = before[i]!.map((p, j) => p - 0.1 * gradients[i]![j]!);
      expectClose(each.detach(), wanted, { rtol: 1e-5, atol: 1e-5 });
    });
  });

  test("tells autograd that it has written", () => {
    const weight = tensor([2]);
    weight.requiresGrad = true;
    const held = weight.mul(weight); // its backward pass reads the weight
    sum(weight.mul(3)).backward();
    sgdInPlace([weight], [], 0.1, 0, false, 0);
    expect(() => {
      held.backward();
    }).toThrow("modified by an inplace operation");
  });
});

suite("what is read of all parameters", () => {
  test("withGradient names those that a backward pass reached", () => {
    expect(withGradient(parameters("float32"))).toEqual([0, 1, 2, 4]);
    expect(withGradient([])).toEqual([]);
  });

  test("gradientNormOf is the length of all gradients as one vector, with the same bits for every number of threads", () => {
    const before = threads();
    const learning = parameters("float32");
    const all = learning.flatMap((each) => each.grad?.toNumbers() ?? []);
    try {
      const [one, two] = [1, 2].map((count) => {
        setThreads(count);
        return gradientNormOf(learning).item();
      });
      expectClose([one!], [Math.hypot(...all)], { rtol: 1e-6 });
      expect(two).toBe(one);
    } finally {
      setThreads(before);
    }
    expect(gradientNormOf([]).item()).toBe(0);
  });

  test.each([NaN, Infinity])("gradientNormOf is not finite with a single %d", (bad) => {
    const weight = tensor(Float32Array.from({ length: 1000 }, (_, i) => i));
    weight.requiresGrad = true;
    const factors = new Float32Array(1000).fill(1);
    factors[777] = bad;
    sum(weight.mul(tensor(factors))).backward();
    expect(Number.isFinite(gradientNormOf([weight]).item())).toBe(false);
  });

  test("stepNumbers is loss, hits and norm", () => {
    const weight = tensor([3]);
    weight.requiresGrad = true;
    const logits = tensor([0, 1, 5, 2, -1, -2], [3, 2]);
    const loss = sum(weight.mul(weight));
    loss.backward();
    const targets = tensor(BigInt64Array.of(1n, 1n, 0n));
    expect(stepNumbers(loss, logits, targets, [weight]).toNumbers()).toEqual([9, 2, 6]);
  });
});
