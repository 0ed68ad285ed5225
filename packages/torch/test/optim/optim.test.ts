import { readFileSync } from "node:fs";
import { describe as suite, expect, test } from "vitest";
import {
  copyInto,
  Generator,
  memory,
  nn,
  noGrad,
  optim,
  pow,
  scope,
  sum,
  tensor,
  type Tensor,
} from "../../src/index.ts";
import { expectClose } from "../../src/testing.ts";

// PyTorch's answers; tools/reference/optim.py wrote them.
const fixture = JSON.parse(readFileSync(new URL("../fixtures/optim.json", import.meta.url), "utf8")) as {
  cases: Record<string, number[][][]>;
};

suite("WeightAverage", () => {
  test("is the average of all weights so far, of which early ones are soon forgotten; counters are copied", () => {
    const weights = { w: tensor(Float32Array.of(1, 2)), n: tensor(BigInt64Array.of(0n)) };
    const average = new optim.WeightAverage(weights, { decay: 0.5 });
    let expected = [1, 2];
    for (let t = 1; t <= 20; t++) {
      noGrad(() => {
        copyInto(weights.w, tensor(Float32Array.of(t, -t)));
        copyInto(weights.n, tensor(BigInt64Array.of(BigInt(t))));
      });
      average.update();
      const decay = Math.min(0.5, (1 + t) / (10 + t));
      expected = [decay * expected[0]! + (1 - decay) * t, decay * expected[1]! - (1 - decay) * t];
    }
    expectClose(average.averages["w"]!, expected, { rtol: 1e-5 });
    expect(average.averages["n"]!.item()).toBe(20);
    average.exchange();
    expectClose(weights.w, expected, { rtol: 1e-5 });
    average.exchange();
    expect([...weights.w.data()]).toEqual([20, -20]);
    const state = average.state();
    const other = new optim.WeightAverage(weights, { decay: 0.5 });
    other.loadState(state);
    average.update();
    other.update();
    expect([...other.averages["w"]!.data()]).toEqual([...average.averages["w"]!.data()]);
    other.reset();
    expect([...other.averages["w"]!.data()]).toEqual([20, -20]);
    expect(() => {
      other.loadState({ w: weights.w });
    }).toThrow("got missing [updates, n]");
    expect(() => new optim.WeightAverage(weights, { decay: 1 })).toThrow("expected decay in (0, 1), got 1");
  });
});

function twoParameters(): Tensor[] {
  return [Float64Array.of(1, -2), Float64Array.of(0.5)].map((values) => {
    const parameter = tensor(values);
    parameter.requiresGrad = true;
    return parameter;
  });
}

/** One step on the sum of p⁴ / 4. */
function step(optimizer: optim.Optimizer): void {
  scope(() => {
    optimizer.zeroGrad();
    for (const parameter of optimizer.parameters) sum(pow(parameter, 4)).div(4).backward();
    optimizer.step();
  });
}

const cases: Record<string, (parameters: Tensor[]) => optim.Optimizer> = {
  sgd: (p) => new optim.SGD(p, { lr: 0.1 }),
  "sgd-momentum": (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9 }),
  "sgd-momentum-decay": (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, weightDecay: 0.01 }),
  "sgd-nesterov": (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, weightDecay: 0.01, nesterov: true }),
  adam: (p) => new optim.Adam(p, { lr: 0.05 }),
  "adam-decay": (p) => new optim.Adam(p, { lr: 0.05, betas: [0.8, 0.95], eps: 1e-6, weightDecay: 0.1 }),
  adamw: (p) => new optim.AdamW(p, { lr: 0.05, weightDecay: 0.1 }),
  "sgd-groups": (p) => new optim.SGD(groups(p), { lr: 0.1, momentum: 0.9, weightDecay: 0.01 }),
  "adam-groups": (p) => new optim.Adam(groups(p), { lr: 0.05, weightDecay: 0.1 }),
  "adamw-groups": (p) => new optim.AdamW(groups(p), { lr: 0.05, weightDecay: 0.1 }),
};

/** Half the rate for the first, no decay for the second. */
function groups([first, second]: Tensor[]): optim.ParameterGroup[] {
  return [
    { parameters: [first!], lrFactor: 0.5 },
    { parameters: [second!], weightDecay: 0 },
  ];
}

suite.each(Object.entries(cases))("%s", (name, make) => {
  test("takes the steps PyTorch takes", () => {
    const optimizer = make(twoParameters());
    for (const expected of fixture.cases[name]!) {
      step(optimizer);
      // The same float64 operations in the same order; the last digits of a fixture are PyTorch's own.
      expected.forEach((values, i) => {
        expectClose(optimizer.parameters[i]!, values, { rtol: 1e-12 });
      });
    }
  });

  test("goes on exactly from a saved state", () => {
    const [whole, first, second] = [make(twoParameters()), make(twoParameters()), make(twoParameters())];
    for (let i = 0; i < 4; i++) step(whole);
    for (let i = 0; i < 2; i++) step(first);
    step(second); // what it remembers of this must be forgotten
    noGrad(() => {
      second.parameters.forEach((parameter, i) => copyInto(parameter, first.parameters[i]!));
    });
    second.loadState(first.state());
    for (let i = 0; i < 2; i++) step(second);
    expect(second.parameters.map((p) => p.data())).toEqual(whole.parameters.map((p) => p.data()));
  });
});

suite.each(["sgd-momentum", "adam"])("%s, after its parameters became float64,", (name) => {
  test("goes on with what it remembers, in float64", () => {
    const layer = new nn.Linear(2, 1, { bias: false, generator: new Generator(0) });
    const optimizer = cases[name]!(layer.parameters());
    step(optimizer);
    const slot = Object.keys(optimizer.state().tensors)[0]!;
    const remembered = optimizer.state().tensors[slot]!.toNumbers();
    layer.to({ dtype: "float64" });
    sum(layer.weight).mul(0).backward(); // a gradient of 0: what is remembered only fades, by 0.9 in both
    optimizer.step();
    expect(optimizer.state().tensors[slot]!.data()).toEqual(
      Float64Array.from(remembered, (value) => value * 0.9),
    );
  });
});

suite("Optimizer", () => {
  const momentum = (p: optim.Learned = twoParameters()) => new optim.SGD(p, { lr: 0.1, momentum: 0.9 });

  test("leaves parameters without a gradient as they are", () => {
    const optimizer = momentum();
    optimizer.step();
    expect([optimizer.steps, optimizer.parameters[0]!.toNumbers()]).toEqual([0, [1, -2]]);
    sum(optimizer.parameters[1]!).backward();
    optimizer.step();
    expect(optimizer.parameters.map((p) => p.toNumbers())).toEqual([[1, -2], [0.4]]);
    expect(Object.keys(optimizer.state().tensors)).toEqual(["momentum.1"]);
  });

  test("loading the state of before the first step forgets all", () => {
    const optimizer = momentum();
    step(optimizer);
    optimizer.loadState({ steps: 0, tensors: {} });
    expect(optimizer.state()).toEqual({ steps: 0, tensors: {} });
  });

  test("loads its own state", () => {
    const optimizer = momentum();
    step(optimizer);
    const before = optimizer.state().tensors["momentum.0"]!.data();
    optimizer.loadState(optimizer.state());
    expect(optimizer.state().tensors["momentum.0"]!.data()).toEqual(before);
  });

  test("refuses a state of another optimizer or other parameters, and keeps its own", () => {
    const optimizer = momentum();
    step(optimizer);
    const one = tensor(Float64Array.of(1));
    const load = (name: string) => () => {
      optimizer.loadState({ steps: 1, tensors: { [name]: one } });
    };
    for (const name of ["exp_avg.0", "momentum", "momentum.2", "momentum.-1", "momentum.1.5"]) {
      expect(load(name)).toThrow(RangeError);
      expect(load(name)).toThrow(`expected names among momentum.0 to momentum.1, got ${name}`);
    }
    expect(load("momentum.0")).toThrow(/expected momentum.0 of shape \[2\], got \[1\]/);
    expect(() => {
      optimizer.loadState({ steps: -1, tensors: {} });
    }).toThrow(/expected steps .* got -1/);
    expect(optimizer.state().tensors["momentum.0"]!.isDisposed).toBe(false);
  });

  test("refuses half of a parameter's state, naming what is missing, and keeps its own", () => {
    const optimizer = new optim.Adam(twoParameters());
    step(optimizer);
    const whole = Object.entries(optimizer.state().tensors);
    const half = Object.fromEntries(whole.filter(([name]) => name !== "exp_avg_sq.1"));
    const load = () => {
      optimizer.loadState({ steps: 7, tensors: half });
    };
    expect(load).toThrow(RangeError);
    expect(load).toThrow(
      "Optimizer.loadState: expected exp_avg, exp_avg_sq of each parameter, got missing [exp_avg_sq.1].",
    );
    expect([optimizer.steps, Object.keys(optimizer.state().tensors).length]).toEqual([1, 4]);
  });

  test("one group takes the same steps as its parameters without one, to the bit", () => {
    const [plain, grouped] = [twoParameters(), twoParameters()].map((p, i) =>
      momentum(i === 0 ? p : [{ parameters: p }]),
    );
    for (let i = 0; i < 3; i++) [plain!, grouped!].forEach(step);
    expect(grouped!.state().tensors["momentum.1"]!.data()).toEqual(
      plain!.state().tensors["momentum.1"]!.data(),
    );
    expect(grouped!.parameters.map((p) => p.data())).toEqual(plain!.parameters.map((p) => p.data()));
  });

  test("leaves a group of rate 0 where it is", () => {
    const [first, second] = twoParameters();
    step(new optim.AdamW([{ parameters: [first!], lrFactor: 0 }, { parameters: [second!] }]));
    expect([first!.toNumbers(), second!.toNumbers()[0] === 0.5]).toEqual([[1, -2], false]);
  });

  test("dispose frees what it remembers, not the parameters", () => {
    const optimizer = new optim.Adam(twoParameters());
    step(optimizer);
    const before = memory().tensors;
    optimizer.dispose();
    expect(before - memory().tensors).toBe(4);
    expect(optimizer.parameters[0]!.isDisposed).toBe(false);
  });

  test("refuses a result of operators, which no gradient would reach", () => {
    const [leaf] = twoParameters();
    const make = () => new optim.SGD([leaf!, leaf!.mul(2)], { lr: 1 });
    expect(make).toThrow(RangeError);
    expect(make).toThrow("Optimizer: expected parameters[1] to be a leaf, got a result of operators.");
  });

  test("refuses a parameter given twice, which it would move twice", () => {
    const [first, second] = twoParameters();
    const make = () => new optim.SGD([first!, second!, first!], { lr: 1 });
    expect(make).toThrow("Optimizer: expected each parameter once, got parameters[2] again.");
  });

  const refused: [string, () => unknown][] = [
    ["a negative lr", () => new optim.SGD([], { lr: -1 })],
    ["lr NaN", () => new optim.SGD([], { lr: NaN })],
    ["negative momentum", () => new optim.SGD([], { lr: 1, momentum: -1 })],
    ["negative decay", () => new optim.SGD([], { lr: 1, weightDecay: -1 })],
    ["Nesterov without momentum", () => new optim.SGD([], { lr: 1, nesterov: true })],
    ["a negative factor", () => new optim.SGD([{ parameters: [], lrFactor: -1 }], { lr: 1 })],
    ["a group's negative decay", () => new optim.AdamW([{ parameters: [], weightDecay: -1 }])],
    ["a beta of 1", () => new optim.Adam([], { betas: [0.9, 1] })],
    ["a negative eps", () => new optim.AdamW([], { eps: -1 })],
  ];
  test.each(refused)("refuses %s", (_, make) => {
    expect(make).toThrow(RangeError);
  });
});
