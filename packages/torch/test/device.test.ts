import { describe as suite, expect, test } from "vitest";
import {
  crossEntropy,
  defaultGeneratorState,
  deviceMemory,
  dropout,
  emptyCache,
  Generator,
  gpus,
  libtorch,
  manualSeed,
  memory,
  nn,
  ones,
  optim,
  randn,
  scope,
  setDefaultGeneratorState,
  synchronize,
  type Tensor,
  tensor,
  zeros,
} from "../src/index.ts";
import { expectClose, testDevices } from "../src/testing.ts";

suite.each(testDevices())("on %s", (device) => {
  test("a tensor holds what it was made of, in its own dtype or another", () => {
    scope(() => {
      const numbers = tensor(Int32Array.of(-1, 0, 2 ** 31 - 1), [3], { dtype: "int64", device });
      expect(numbers.device.startsWith(device)).toBe(true);
      expect(numbers.data()).toEqual(BigInt64Array.of(-1n, 0n, 2147483647n));
      expect(tensor([0.5, -2], [2], { device }).toNumbers()).toEqual([0.5, -2]);
      // The block that the first is copied from may be the second's next.
      const many = Array.from({ length: 20 }, (_, i) => tensor([i], [1], { device }));
      expect(many.map((each) => each.item())).toEqual(many.map((_, i) => i));
    });
  });

  test("a generator gives the same numbers for the same seed and state", () => {
    scope(() => {
      const draw = (generator: Generator) => randn([5], { device, generator }).toNumbers();
      const generator = new Generator(3, { device });
      const first = draw(generator);
      expect(draw(new Generator(3, { device }))).toEqual(first);
      expect(draw(new Generator(4, { device }))).not.toEqual(first);
      const state = generator.state();
      const next = draw(generator);
      const other = new Generator(0, { device });
      other.setState(state);
      expect(draw(other)).toEqual(next);
    });
  });

  test("dropout goes on from a state of the default generator", () => {
    scope(() => {
      manualSeed(1);
      const draw = () => dropout(ones([50], { device }), 0.5, true).toNumbers();
      draw();
      const state = defaultGeneratorState({ device });
      const next = draw();
      expect(draw()).not.toEqual(next);
      setDefaultGeneratorState(state, { device });
      expect(draw()).toEqual(next);
    });
  });

  test("bytes are counted where they are", () => {
    const where = device === "cpu" ? "bytes" : "gpuBytes";
    const elsewhere = device === "cpu" ? "gpuBytes" : "bytes";
    scope(() => {
      const before = memory();
      zeros([1000], { device });
      expect(memory()[where] - before[where]).toBe(4000);
      expect(memory()[elsewhere]).toBe(before[elsewhere]);
    });
  });

  test("waiting and emptying the cache change nothing", () => {
    scope(() => {
      const values = ones([3], { device });
      synchronize(device);
      emptyCache(device);
      expect(values.toNumbers()).toEqual([1, 1, 1]);
    });
  });
});

const found = gpus();

suite("gpus", () => {
  test("says what libtorch can use, or that it is one for the CPU alone", () => {
    expect(libtorch().cuda).toBe((found?.devices.length ?? 0) > 0);
    if (found === null) return;
    expect(["CUDA", "ROCm"]).toContain(found.platform);
    expect(found.devices.length > 0).toBe(found.reason === null);
    for (const { name, memory: bytes } of found.devices) {
      expect(name).not.toBe("unknown");
      expect(bytes).toBeGreaterThan(1e8);
    }
  });

  test("the CPU's memory is not a device's", () => {
    expect(deviceMemory("cpu")).toBeNull();
  });
});

suite.skipIf(!libtorch().cuda)("a GPU", () => {
  const layers: Readonly<
    Record<string, () => readonly [nn.Module & { forward(x: Tensor): Tensor }, number[]]>
  > = {
    linear: () => [new nn.Linear(6, 4, { generator: new Generator(0) }), [8, 6]],
    convolution: () => [
      new nn.Conv2d(3, 4, { kernelSize: 3, padding: 1, generator: new Generator(0) }),
      [2, 3, 8, 8],
    ],
    "batch norm": () => [new nn.BatchNorm2d(3), [4, 3, 5, 5]],
    "layer norm": () => [new nn.LayerNorm(6), [8, 6]],
  };

  test.each(Object.keys(layers))("computes a layer and its gradient as the CPU does: %s", (name) => {
    const outcome = (device: string) =>
      scope(() => {
        const [layer, shape] = layers[name]!(); // a key of layers
        layer.to({ device });
        const input = randn(shape, { generator: new Generator(1) }).to({ device });
        input.requiresGrad = true;
        const output = layer.forward(input);
        output.mul(output).mean().backward();
        const gradients = layer.parameters().map((each) => each.grad!.toNumbers());
        return [...output.toNumbers(), ...input.grad!.toNumbers(), ...gradients.flat()];
      });
    expectClose(outcome("cuda"), outcome("cpu"), { rtol: 1e-4, atol: 1e-6 });
  });

  test("trains as the CPU does", () => {
    const outcome = (device: string) =>
      scope(() => {
        const generator = new Generator(0);
        const layer = new nn.Linear(6, 4, { generator });
        layer.to({ device });
        const optimizer = new optim.SGD(layer.parameters(), { lr: 0.1, momentum: 0.9, weightDecay: 1e-3 });
        const inputs = randn([8, 6], { generator }).to({ device });
        const targets = tensor(Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3), [8], { dtype: "int64", device });
        for (let step = 0; step < 5; step++) {
          optimizer.zeroGrad();
          crossEntropy(layer.forward(inputs), targets).mean().backward();
          optimizer.step();
        }
        const trained = layer.parameters().flatMap((each) => each.toNumbers());
        optimizer.dispose();
        layer.dispose();
        return trained;
      });
    expectClose(outcome("cuda"), outcome("cpu"), { rtol: 1e-4, atol: 1e-6 });
  });

  test("says how much of its memory is free", () => {
    const { free = 0, total = 0 } = deviceMemory("cuda") ?? {};
    expect(free).toBeGreaterThan(0);
    expect(free).toBeLessThanOrEqual(total);
  });
});
