import { describe as suite, expect, test } from "vitest";
import {
  Generator,
  memory,
  nn,
  ones,
  optim,
  scope,
  sum,
  tensor,
  type Tensor,
  zeros,
} from "../../src/index.ts";
import { checkGradient, expectClose } from "../../src/testing.ts";

const generator = new Generator(0);
const image = () => tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]);
const net = () =>
  new nn.Sequential([
    new nn.Conv2d(2, 3, { kernelSize: 1, generator }),
    new nn.BatchNorm2d(3),
    new nn.ReLU(),
    new nn.Flatten(),
    new nn.Linear(12, 2, { generator }),
  ]);

/** One weight under three names. */
class Tied extends nn.Module {
  readonly inner = this.child("inner", new nn.Linear(2, 2, { bias: false, generator }));
  readonly again = this.child("again", this.inner);
  readonly weight = this.parameter("weight", this.inner.weight);

  override forward(x: Tensor): Tensor {
    return this.inner.forward(x);
  }
}

suite("Module", () => {
  test("names its state as PyTorch does, in PyTorch's order", () => {
    expect(Object.keys(net().stateDict())).toEqual([
      "0.weight",
      "0.bias",
      "1.weight",
      "1.bias",
      "1.running_mean",
      "1.running_var",
      "1.num_batches_tracked",
      "4.weight",
      "4.bias",
    ]);
    expect(
      net()
        .namedModules("net")
        .map(([name]) => name),
    ).toEqual(["net", "net.0", "net.1", "net.2", "net.3", "net.4"]);
  });

  test("has parameters that learn and buffers that do not", () => {
    const module = net();
    expect(module.parameters().map((p) => p.requiresGrad)).toEqual(Array(6).fill(true));
    expect(module.stateDict()["1.running_mean"]!.requiresGrad).toBe(false);
  });

  test("has a tied parameter once, under each of its names in the state", () => {
    const tied = new Tied();
    expect(tied.namedParameters().map(([name]) => name)).toEqual(["weight"]);
    expect(tied.parameters()[0]).toBe(tied.inner.weight);
    expect(Object.keys(tied.stateDict())).toEqual(["weight", "inner.weight", "again.weight"]);
  });

  test("made in a scope, lives on after it, and dispose frees it all", () => {
    const before = memory().tensors;
    const module = scope(() => ({ hidden: [net()] })).hidden[0]!;
    expect(memory().tensors - before).toBe(9);
    expect(module.forward(image()).shape).toEqual([1, 2]);
    const now = memory().tensors;
    module.dispose();
    expect(now - memory().tensors).toBe(9);
  });

  test("train and eval reach every module inside", () => {
    const module = net();
    module.train(false);
    expect(module.namedModules().map(([, each]) => each.training)).toEqual(Array(6).fill(false));
    module.train();
    expect(module.training).toBe(true);
  });

  test("loadStateDict copies values, so that both compute the same", () => {
    const [a, b] = [net(), net()];
    b.loadStateDict(a.stateDict());
    for (const module of [a, b]) module.train(false);
    expect(b.forward(image()).data()).toEqual(a.forward(image()).data());
    expect(b.parameters()[0]!.requiresGrad).toBe(true);
  });

  test("loadStateDict names what is missing, unknown or of another shape, and copies nothing then", () => {
    const module = net();
    const before = module.parameters()[0]!.data();
    const zeroed = Object.fromEntries(
      Object.entries(net().stateDict()).map(([name, value]) => [name, zeros(value.shape)]),
    );
    const { "4.bias": bias, ...without } = zeroed;
    expect(() => {
      module.loadStateDict(without);
    }).toThrow(/missing \[4\.bias\] and unknown \[\]/);
    expect(() => {
      module.loadStateDict({ ...zeroed, toString: bias! });
    }).toThrow(/unknown \[toString\]/);
    expect(() => {
      module.loadStateDict({ ...zeroed, "4.bias": zeros([3]) });
    }).toThrow(/expected 4\.bias of shape \[2\], got \[3\]/);
    expect(module.parameters()[0]!.data()).toEqual(before);
  });
});

suite("BatchNorm2d", () => {
  test("learns the running statistics in training and uses them afterwards", () => {
    const norm = new nn.BatchNorm2d(2, { momentum: 0.5 });
    const x = tensor([0, 2, 10, 30], [2, 2, 1, 1]); // channels (0, 10) and (2, 30)
    norm.forward(x);
    // Half of the batch's mean, and of its variance over N - 1: 50 and 392.
    expect(norm.runningMean.toNumbers()).toEqual([2.5, 8]);
    expect(norm.runningVar.toNumbers()).toEqual([25.5, 196.5]);
    expect(norm.numBatchesTracked.data()).toEqual(BigInt64Array.of(1n));
    norm.train(false);
    const expected = [0, 2, 10, 30].map((v, i) => (v - [2.5, 8][i % 2]!) / Math.sqrt([25.5, 196.5][i % 2]!));
    expectClose(norm.forward(x), expected, { rtol: 1e-5 });
    expect(norm.numBatchesTracked.item()).toBe(1);
  });

  test("takes a single value a channel, which has no variance, by the running statistics", () => {
    const norm = new nn.BatchNorm2d(2);
    const x = tensor([3, -5], [1, 2, 1, 1]);
    expectClose(norm.forward(x), [3, -5], { rtol: 1e-5 });
    expect(norm.runningVar.toNumbers()).toEqual([1, 1]);
    expect(norm.numBatchesTracked.item()).toBe(0);
    norm.forward(tensor([1, 2, 3, 4], [1, 2, 1, 2])); // two values of each have one
    expect(norm.numBatchesTracked.item()).toBe(1);
  });
});

suite("layers", () => {
  test("Linear is input · weightᵀ + bias", () => {
    const layer = new nn.Linear(2, 1, { generator });
    layer.loadStateDict({ weight: tensor([2, 3], [1, 2]), bias: tensor([1]) });
    expect(layer.forward(tensor([1, 10], [1, 2])).toNumbers()).toEqual([33]);
    expect(Object.keys(new nn.Linear(2, 1, { bias: false, generator }).stateDict())).toEqual(["weight"]);
  });

  test("Conv2d steps and pads, and keeps its weight in channels_last", () => {
    const layer = new nn.Conv2d(2, 4, { kernelSize: 3, stride: 2, padding: 1, bias: false, generator });
    expect(layer.weight.channelsLast).toBe(true);
    expect(layer.forward(image()).shape).toEqual([1, 4, 1, 1]);
  });

  test("CosineLinear gives cosines, whatever the lengths", () => {
    const layer = new nn.CosineLinear(2, 2, { generator });
    layer.loadStateDict({ weight: tensor([3, 0, 1, 1], [2, 2]) });
    expectClose(layer.forward(tensor([5, 5], [1, 2])), [Math.SQRT1_2, 1], { rtol: 1e-6 });
  });

  test("CosineLinear has the gradient of finite differences", () => {
    const layer = new nn.CosineLinear(2, 2, { generator });
    const weight = layer.weight.detach().to({ dtype: "float64" });
    Object.assign(layer, { weight });
    checkGradient((x: Tensor) => sum(layer.forward(x)), [1, 2, -0.5, 3], { shape: [2, 2] });
  });

  test("pooling layers shrink the image", () => {
    expect(new nn.AvgPool2d(2).forward(image()).toNumbers()).toEqual([2.5, 6.5]);
    expect(new nn.MaxPool2d(2).forward(image()).toNumbers()).toEqual([4, 8]);
    expect(new nn.AdaptiveAvgPool2d([1, 1]).forward(image()).shape).toEqual([1, 2, 1, 1]);
    expect(new nn.GlobalAvgPool2d().forward(image()).toNumbers()).toEqual([2.5, 6.5]);
  });
});

suite("init", () => {
  test("fanIn counts what one output sums over", () => {
    expect(nn.fanIn([16, 3, 5, 5])).toBe(75);
  });

  test("kaimingNormal has deviation √(2 / fanIn), uniform stays within its bound", () => {
    const values = nn.kaimingNormal([100, 50], generator).toNumbers();
    const variance = values.reduce((total, v) => total + v * v, 0) / values.length;
    // Five standard errors of a variance over 5000 draws: 5 · √(2 / 5000) = 10 %.
    expect(Math.abs(variance / (2 / 50) - 1)).toBeLessThan(0.1);
    expect(Math.max(...nn.uniform([1000], 0.5, generator).toNumbers().map(Math.abs))).toBeLessThanOrEqual(
      0.5,
    );
  });

  test("the same seed gives the same network", () => {
    const make = () => new nn.Linear(3, 2, { generator: new Generator(7) }).weight.data();
    expect(make()).toEqual(make());
    expect(ones([1]).item()).toBe(1);
  });
});

suite("Module.to", () => {
  test("makes floating parameters and buffers another dtype, whole-number buffers keep theirs", () => {
    const bn = new nn.BatchNorm2d(2).to({ dtype: "float64" });
    expect(bn.weight.dtype).toBe("float64");
    expect(bn.runningVar.dtype).toBe("float64");
    expect(bn.numBatchesTracked.dtype).toBe("int64");
  });

  test("keeps the tensors, so that an optimizer goes on with them", () => {
    const layer = new nn.Linear(1, 1, { bias: false, generator: new Generator(0) });
    const before = layer.weight.item();
    const sgd = new optim.SGD(layer.parameters(), { lr: 0.5 });
    layer.to({ dtype: "float64" });
    expect(layer.weight.requiresGrad).toBe(true);
    layer
      .forward(tensor(Float64Array.of(2), [1, 1]))
      .sum()
      .backward();
    sgd.step();
    expect(layer.weight.item()).toBeCloseTo(before - 0.5 * 2, 6); // float32 at first
  });
});

suite("kaimingNormal", () => {
  test("keeps the variance of values, or of gradients", () => {
    const shape = [256, 64, 3, 3];
    const deviation = (fan: "in" | "out") =>
      Math.sqrt(
        nn
          .kaimingNormal(shape, new Generator(0), { fan })
          .toNumbers()
          .reduce((total, value) => total + value ** 2, 0) /
          (256 * 64 * 9),
      );
    // 147,456 values: the deviation's own standard error is 0.2 %.
    expect(deviation("in") / Math.sqrt(2 / (64 * 9))).toBeCloseTo(1, 2);
    expect(deviation("out") / Math.sqrt(2 / (256 * 9))).toBeCloseTo(1, 2);
  });
});
