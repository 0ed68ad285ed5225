import { describe as suite, expect, test } from "vitest";
import {
  autocast,
  backward,
  enableGrad,
  Generator,
  linear,
  mm,
  noGrad,
  ones,
  randn,
  scope,
  sum,
  tensor,
  type Tensor,
  TorchError,
} from "../src/index.ts";
import { expectClose } from "../src/testing.ts";

function learning(values: readonly number[]): Tensor {
  const x = tensor(values);
  x.requiresGrad = true;
  return x;
}

suite("backward", () => {
  test("adds gradients up until they are forgotten", () => {
    const x = learning([1, 2]);
    expect(x.grad).toBeNull();
    for (let i = 0; i < 2; i++) sum(x.mul(x)).backward();
    expect(x.grad!.toNumbers()).toEqual([4, 8]);
    x.clearGrad();
    expect(x.grad).toBeNull();
  });

  test("starts from a gradient that is given, and keeps the graph on request", () => {
    const x = learning([1, 2]);
    const y = x.mul(3);
    backward(y, { gradient: tensor([1, 10]), retainGraph: true });
    backward(y, { gradient: tensor([1, 10]) });
    expect(x.grad!.toNumbers()).toEqual([6, 60]);
  });

  test("stops at detach", () => {
    const x = learning([2]);
    sum(x.mul(x.detach())).backward();
    expect(x.grad!.toNumbers()).toEqual([2]);
  });

  test("needs no tensor between the loss and the parameters to be alive", () => {
    const x = learning([3]);
    const loss = scope(() => sum(x.mul(x)));
    loss.backward();
    expect(x.grad!.item()).toBe(6);
  });

  const refused: [string, () => void, RegExp][] = [
    [
      "a tensor of several elements",
      () => {
        learning([1, 2]).mul(2).backward();
      },
      /scalar outputs/,
    ],
    [
      "a tensor without history",
      () => {
        ones([1]).backward();
      },
      /does not require grad/,
    ],
    [
      "a gradient of a result",
      () => {
        learning([1]).mul(2).requiresGrad = false;
      },
      /leaf/,
    ],
    [
      "a gradient of whole numbers",
      () => {
        tensor(Int32Array.of(1)).requiresGrad = true;
      },
      /floating point/,
    ],
  ];
  test.each(refused)("refuses %s", (_, act, message) => {
    expect(act).toThrow(TorchError);
    expect(act).toThrow(message);
  });

  test("refuses a gradient of another shape, which libtorch would sum", () => {
    const act = () => {
      backward(learning([1]).mul(2), { gradient: ones([3]) });
    };
    expect(act).toThrow(new RangeError("backward: expected gradient of shape [1], got [3]."));
  });

  test("refuses to go through a graph twice", () => {
    const x = learning([1]);
    const y = sum(x.mul(x));
    y.backward();
    expect(() => {
      y.backward();
    }).toThrow(/^backward: .*second time/s);
  });
});

suite("noGrad", () => {
  const recording = () => learning([1]).mul(2).requiresGrad;

  test("records nothing, enableGrad inside it does, and both end with their body", () => {
    expect(noGrad(() => [recording(), enableGrad(recording), recording()])).toEqual([false, true, false]);
    expect(recording()).toBe(true);
  });

  test("ends when its body throws", () => {
    expect(() => noGrad(() => enableGrad(() => mm(ones([1, 2]), ones([1, 2]))))).toThrow(TorchError);
    expect(recording()).toBe(true);
  });
});

suite.each(Object.entries({ noGrad, enableGrad, autocast }))("%s", (name, around) => {
  test("refuses a body that goes on after an await, where its effect would have ended", () => {
    const act = () => around(async () => Promise.resolve(1));
    expect(act).toThrow(TypeError);
    expect(act).toThrow(`${name}: expected body to be synchronous, got a promise. Await outside ${name}.`);
  });
});

suite("autocast", () => {
  const dtype = () => mm(ones([2, 2]), ones([2, 2])).dtype;

  test("multiplies in bfloat16 inside, in float32 outside, nested or not", () => {
    expect(autocast(() => [dtype(), autocast(dtype), dtype()])).toEqual(Array(3).fill("bfloat16"));
    expect(dtype()).toBe("float32");
  });

  test("ends when its body throws, also the inner of two", () => {
    const failing = () => autocast(() => mm(ones([1, 2]), ones([1, 2])));
    expect(failing).toThrow(TorchError);
    expect(dtype()).toBe("float32");
    const after = autocast(() => {
      expect(failing).toThrow(TorchError);
      return dtype();
    });
    expect([after, dtype()]).toEqual(["bfloat16", "float32"]);
  });

  test("gives what float32 gives, to bfloat16's eight bits", () => {
    const generator = new Generator(0);
    const [x, w] = [randn([8, 32], { generator }), randn([4, 32], { generator })];
    const expected = linear(x, w).toNumbers();
    // 2⁻⁸ relative for each factor, over sums of 32 products of size 1: atol √32 · 2⁻⁷.
    expectClose(
      autocast(() => linear(x, w)),
      expected,
      { rtol: 2 ** -7, atol: 0.045 },
    );
  });

  test("gives float32 weights float32 gradients, also after a look without recording", () => {
    const w = learning([1, 2]);
    const x = ones([1, 2]);
    autocast(() => {
      const row = () => linear(x, w.reshape([1, 2]));
      const leaf = () => mm(w.detach().reshape([1, 2]), x.transpose(0, 1));
      noGrad(row);
      leaf();
      sum(row()).backward();
    });
    expect([w.grad!.dtype, w.grad!.toNumbers()]).toEqual(["float32", [1, 1]]);
    const matrix = ones([2, 2]);
    matrix.requiresGrad = true;
    autocast(() => {
      noGrad(() => linear(x, matrix));
      sum(linear(x, matrix)).backward();
    });
    expect(matrix.grad!.toNumbers()).toEqual([1, 1, 1, 1]);
  });

  test("refuses a device without a policy", () => {
    expect(() => autocast(() => 1, { device: "abacus" })).toThrow(
      'autocast: expected a device with autocast: cpu or cuda, got "abacus"',
    );
  });
});
