import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { describe as suite, expect, test } from "vitest";
import * as torch from "../src/index.ts";
import { memory, noGrad, ones, scope, Tensor, tensor, TorchError, zeros } from "../src/index.ts";
import { builtAddonPath } from "../src/setup/index.ts";

// Every kind of call against everything that can be wrong with a tensor. Nothing here may end the process.
const image = () => ones([1, 1, 2, 2]);
const { shape, grad, requiresGrad } = Object.getOwnPropertyDescriptors(Tensor.prototype);
const calls: Record<string, (x: Tensor) => unknown> = {
  "aten::add.Tensor": (x) => x.add(x),
  "aten::mul.Scalar": (x) => x.mul(2),
  "aten::exp": (x) => torch.exp(x),
  "aten::relu_": (x) => torch.reluInPlace(x),
  "aten::sum": (x) => x.sum(),
  "aten::mean.dim": (x) => x.mean({ dim: 0 }),
  "aten::reshape": (x) => x.reshape([-1]),
  "aten::cat": (x) => torch.cat([image(), x], 0),
  "aten::gather": (x) => torch.gather(x, 3, zeros([1, 1, 2, 2], { dtype: "int64" })),
  "leeway::conv2d": (x) => torch.conv2d(x, ones([1, 1, 1, 1])),
  "aten::avg_pool2d": (x) => torch.avgPool2d(x, 2),
  "aten::batch_norm": (x) => torch.batchNorm(x, null, null, null, null, true, 0.1, 1e-5, true),
  "aten::linear": (x) => torch.linear(x, ones([2, 2])),
  "aten::log_softmax.int": (x) => torch.logSoftmax(x, 1),
  "aten::_foreach_mul.Scalar": (x) => torch.foreachMul([x], 2),
  "aten::copy_": (x) => torch.copyInto(image(), x),
  "Tensor.data": (x) => Tensor.prototype.data.call(x),
  "Tensor.item": (x) => Tensor.prototype.item.call(x),
  Tensor: (x) => shape.get!.call(x),
  "Tensor.grad": (x) => grad.get!.call(x),
  "Tensor.clearGrad": (x) => {
    Tensor.prototype.clearGrad.call(x);
  },
  "Tensor.requiresGrad": (x) => {
    requiresGrad.set!.call(x, false);
  },
  backward: (x) => {
    torch.backward(x);
  },
  keep: (x) => torch.keep(x),
};

const mistakes: [string, () => unknown][] = [
  [
    "a disposed tensor",
    () => {
      const x = image();
      x.dispose();
      return x;
    },
  ],
  [
    "a tensor of a scope that has ended",
    () => {
      let x: Tensor | undefined;
      scope(() => {
        x = image();
      });
      return x;
    },
  ],
  ["a Tensor made with new", () => new Tensor()],
  ["an object that inherits from a tensor", () => Object.create(image()) as unknown],
  ["a proxy of a tensor", () => new Proxy(image(), {})],
  ["null", () => null],
  ["a number", () => 5],
  ["a string", () => "x"],
  ["a symbol", () => Symbol("x")],
  ["an array", () => [1]],
  ["a function", () => () => 1],
  ["a generator's handle", () => new torch.Generator(0).handle],
];

suite.each(mistakes)("%s", (_, make) => {
  test("is refused by every call, with its name", () => {
    const before = memory().tensors;
    for (const [name, call] of Object.entries(calls)) {
      const wrong = make() as Tensor;
      const thrown = errorOf(() => scope(() => call(wrong)));
      expect(
        [TorchError, TypeError].some((kind) => thrown instanceof kind),
        `${name}: ${String(thrown)}`,
      ).toBe(true);
      if (thrown instanceof TorchError) expect([thrown.operator, thrown.code]).toEqual([name, "argument"]);
    }
    expect(memory().tensors - before).toBeLessThanOrEqual(Object.keys(calls).length); // those `make` itself made
  });
});

suite("a tensor", () => {
  const collect = async (): Promise<void> => {
    setFlagsFromString("--expose-gc");
    (runInNewContext("gc") as () => void)();
    await new Promise((done) => setTimeout(done, 10)); // finalizers run when the event loop turns
  };

  test("that no scope owns dies with its JavaScript half", async () => {
    for (let i = 0; i < 3; i++) await collect(); // what tests before left
    const { tensors } = memory();
    const make = (): void => {
      ones([1000]);
      scope(() => ones([1000]));
      scope(() => ({ kept: torch.keep(ones([1000])) }));
    };
    make();
    expect(memory().tensors).toBe(tensors + 3);
    for (let i = 0; i < 20 && memory().tensors > tensors; i++) await collect();
    expect(memory().tensors).toBeLessThanOrEqual(tensors);
  });

  test("that has died is not taken for one made after it", () => {
    const dead = Array.from({ length: 100 }, (_, i) => torch.full([1], i));
    for (const each of dead) each.dispose();
    const alive = Array.from({ length: 100 }, (_, i) => torch.full([1], -i));
    for (const each of dead) {
      expect(each.isDisposed).toBe(true);
      each.dispose();
      expect(() => each.add(1)).toThrow("was disposed");
    }
    expect(alive.map((each) => each.item() + 0)).toEqual(alive.map((_, i) => 0 - i));
  });

  test("is made by no constructor of its class", () => {
    const made = Object.assign(new Tensor(), { handle: 16_777_216 });
    expect(() => made.add(1)).toThrow("expected a Tensor, got an object");
    expect(made.isDisposed).toBe(true);
  });
});

suite("every call", () => {
  const working = Object.entries(calls).filter(([name]) => !["backward", "Tensor.item"].includes(name));

  test.each(working)("%s works inside noGrad and leaves the mode as it was", (_, call) => {
    scope(() => noGrad(() => call(image())));
    const x = image();
    x.requiresGrad = true;
    expect(x.mul(1).requiresGrad).toBe(true);
  });

  test.each(working)("%s takes NaN and infinity", (_, call) => {
    scope(() => call(tensor([NaN, Infinity, -Infinity, NaN], [1, 1, 2, 2])));
  });

  test("leaves scopes, gradient mode and autocast as they were when a callback throws", () => {
    const before = memory();
    const mine = new Error("mine");
    const failing = () => {
      image();
      throw mine;
    };
    for (const around of [scope, noGrad, torch.enableGrad, torch.autocast]) {
      expect(errorOf(() => scope(() => around(() => around(failing))))).toBe(mine);
    }
    expect(memory()).toEqual(before);
    expect(torch.mm(ones([1, 1]), ones([1, 1])).dtype).toBe("float32");
  });
});

suite("errors", () => {
  const refused: [string, string, () => unknown, RegExp][] = [
    [
      "a shape mismatch",
      "aten::mm",
      () => torch.mm(ones([2, 3]), ones([2, 3])),
      /cannot be multiplied \(2x3 and 2x3\)/,
    ],
    [
      "a dtype mismatch",
      "aten::mm",
      () => torch.mm(ones([1, 1]), ones([1, 1], { dtype: "int64" })),
      /dtype|type/,
    ],
    ["memory that is not there", "aten::zeros", () => zeros([2 ** 50]), /allocat/],
    ["sizes that overflow", "aten::zeros", () => zeros([2 ** 40, 2 ** 40]), /overflow/],
    [
      "a device there is none of",
      "aten::zeros",
      () => zeros([1], { device: "abacus" }),
      /argument device: .*abacus/,
    ],
    [
      "a target out of range",
      "aten::cross_entropy_loss",
      () => torch.crossEntropy(ones([1, 2]), tensor(BigInt64Array.of(2n))),
      /out of bounds/,
    ],
    [
      "a fraction where a whole number belongs",
      "aten::sum.dim_IntList",
      () => ones([1]).sum({ dim: 0.5 }),
      /whole number, got 0.5 at \[0\]/,
    ],
    [
      "a division of whole numbers by zero",
      "aten::remainder.Scalar",
      () => torch.op<[Tensor, number], Tensor>("aten::remainder.Scalar")(tensor(Int32Array.of(1)), 0),
      /ZeroDivision/,
    ],
    ["no groups", "leeway::conv2d", () => torch.conv2d(image(), image(), { groups: 0 }), /groups/],
    [
      "a typed array larger than there are",
      "Tensor.data",
      () =>
        torch
          .op<[Tensor, number[]], Tensor>("aten::expand")(zeros([1]), [2 ** 40])
          .data(),
      /Float32Array of 1099511627776 values/,
    ],
  ];
  test.each(refused)("name the operator for %s", (_, operator, act, message) => {
    const error = errorOf(act) as TorchError;
    expect(error).toBeInstanceOf(TorchError);
    expect([error.operator, error.name]).toEqual([operator, "TorchError"]);
    expect(error.message).toMatch(message);
    expect(error.message.startsWith(`${operator}: `)).toBe(true);
  });

  test("a shape that grows while it is read is read as long as it was", () => {
    const shape = [1, 1];
    Object.defineProperty(shape, 0, {
      get: () => {
        for (let i = 0; i < 10_000; i++) shape.push(1);
        return 1;
      },
    });
    expect(tensor(new Float32Array(1), shape).shape).toEqual([1, 1]);
  });

  test("tell memory from the rest by their code", () => {
    expect(errorOf(() => zeros([2 ** 50]))).toMatchObject({ code: "memory" });
    expect(errorOf(() => torch.mm(ones([2, 3]), ones([2, 3])))).toMatchObject({ code: "libtorch" });
  });
});

suite("a worker", () => {
  // The native half alone: a worker cannot read TypeScript. It registers classes of its own.
  const prelude = `
    const { parentPort } = require("node:worker_threads");
    const addon = require(${JSON.stringify(builtAddonPath() ?? "")});
    class Tensor {}
    class TorchError extends Error { constructor(message, code, operator) { super(operator + ": " + message); } }
    addon.register({ Tensor, TorchError });
    addon.setThreads(1);
    const add = addon.resolve("aten::add.Tensor");
    const make = (...shape) => addon.fromTypedArray(new Float32Array(shape.reduce((p, s) => p * s, 1)), shape);
  `;
  const start = (code: string) => new Worker(`${prelude}${code}`, { eval: true });
  const told = (worker: Worker) =>
    new Promise<unknown>((done, fail) => worker.once("message", done).once("error", fail));

  test("has books, scopes and a gradient mode of its own", async () => {
    const worker = noGrad(() =>
      start(`
        addon.enterScope();
        const sum = addon.call(add, make(2), make(2));
        const { tensors } = addon.memory();
        addon.exitScope([]);
        parentPort.postMessage([tensors, addon.memory().tensors, addon.setGradEnabled(true), addon.isDisposed(sum)]);
      `),
    );
    const answer = await told(worker);
    expect(answer).toEqual([3, 0, true, true]);
  });

  test("sees errors as errors", async () => {
    const answer = await told(
      start(`
      try { addon.call(add, make(2), make(3)); } catch (error) { parentPort.postMessage(error.message); }
    `),
    );
    expect(answer).toMatch(/^aten::add\.Tensor: The size of tensor a \(2\)/);
  });

  test("may end with tensors alive and scopes open", async () => {
    const worker = start(`
      globalThis.kept = [make(1000)];
      addon.enterScope();
      addon.enterScope();
      globalThis.kept.push(addon.call(add, make(4), make(4)), addon.newGenerator(1, "cpu"));
    `);
    expect(await new Promise((done) => worker.once("exit", done))).toBe(0);
  });

  test("may be ended in the middle of its calls and throws", async () => {
    for (let i = 0; i < 6; i++) {
      const worker = start(`
        parentPort.postMessage("begun");
        for (let n = 0; ; n++) {
          if (n % 50 === 0) addon.enterScope();
          const sum = addon.call(add, make(8), make(8));
          try { addon.call(add, sum, make(3)); } catch {}
          if (n % 50 === 49) addon.exitScope([sum]);
        }
      `);
      await told(worker);
      await new Promise((done) => setTimeout(done, 3 * i));
      expect(await worker.terminate()).toBe(1);
    }
  });
});

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("expected an error, got none");
}
