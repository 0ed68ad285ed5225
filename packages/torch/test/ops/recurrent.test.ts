import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import { paddedLstm } from "../../src/nn/padded-lstm.ts";
import {
  autocast,
  type DType,
  Generator,
  lstmLayer,
  maxOfSequences,
  noGrad,
  packSequences,
  randn,
  setThreads,
  sum,
  type Tensor,
  tensor,
  threads,
  unpackSequences,
} from "../../src/index.ts";
import { checkGradient, expectClose } from "../../src/testing.ts";
import { computedWith, expectSame, instructionSets, sumsBFloat16InFloat32 } from "./fused.ts";

const int64 = (values: readonly number[]): Tensor => tensor(BigInt64Array.from(values, BigInt));

interface Problem {
  readonly lengths: readonly number[];
  readonly inputs: number;
  readonly units: number;
  readonly directions: number;
}

/** Rows and weights of that layer, and a gradient of its output. */
function problem(
  { lengths, inputs, units, directions }: Problem,
  { dtype = "float64", seed = 1 }: { dtype?: DType; seed?: number } = {},
) {
  const generator = new Generator(seed);
  const normal = (shape: readonly number[], scale = 1): Tensor =>
    randn(shape, { generator, dtype: "float64" }).mul(scale).to({ dtype });
  const rows = lengths.reduce((total, length) => total + length, 0);
  const weights = Array.from({ length: directions }, () => [
    normal([4 * units, inputs], 1 / Math.sqrt(inputs)),
    normal([4 * units, units], 1 / Math.sqrt(units)),
    normal([4 * units]),
    normal([4 * units]),
  ]);
  return {
    lengths: int64(lengths),
    rows: normal([rows, inputs]),
    weights,
    gradient: normal([rows, directions * units]),
  };
}

type Made = ReturnType<typeof problem>;

/** The output and all gradients of one call. */
function outcome(made: Made, forward: (made: Made) => Tensor): number[][] {
  const leaves = [made.rows, ...made.weights.flat()];
  for (const leaf of leaves) {
    leaf.clearGrad();
    leaf.requiresGrad = true;
  }
  const output = forward(made);
  output.backward({ gradient: made.gradient.to({ dtype: output.dtype }) });
  return [output, ...leaves.map((leaf) => leaf.grad)].map(
    (each) => each?.to({ dtype: "float64" }).toNumbers() ?? [],
  );
}

const fused = ({ rows, lengths, weights }: Made): Tensor => lstmLayer(rows, lengths, weights.flat());

/** libtorch's own, of padded sequences. */
function libtorchs({ rows, lengths, weights }: Made): Tensor {
  const longest = Math.max(...lengths.toNumbers());
  const padded = unpackSequences(rows, lengths, longest);
  const layers = { weights, bidirectional: weights.length === 2, dropout: 0, training: true };
  return packSequences(paddedLstm(padded, lengths, layers), lengths);
}

const wide: Problem = { lengths: [9, 4, 30, 1, 17, 17], inputs: 19, units: 37, directions: 2 };

suite("lstmLayer", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 40 });
  const size = fc.integer({ min: 1, max: 70 });
  const layer = fc.record({
    lengths,
    inputs: size,
    units: size,
    directions: fc.constantFrom(1, 2),
  });

  test("is libtorch's own, with its gradients, for any shape and number of threads", () => {
    const before = threads();
    try {
      fc.assert(
        fc.property(layer, (each) => {
          setThreads(1);
          const made = problem(each);
          const got = outcome(made, fused);
          expectSame(got, outcome(made, libtorchs), 1e-10);
          expect(noGrad(() => fused(made)).toNumbers()).toEqual(got[0]);
          // The sums over all steps are libtorch's products.
          for (const count of [2, 3]) {
            setThreads(count);
            expect(outcome(made, fused)[0]).toEqual(got[0]);
            expectSame(outcome(made, fused), got, 1e-12);
          }
        }),
        { numRuns: 40, seed: 5 },
      );
    } finally {
      setThreads(before);
    }
  });

  test("computes in float32", () => {
    const exact = outcome(problem(wide), libtorchs);
    expectSame(outcome(problem(wide, { dtype: "float32" }), fused), exact, 2e-6);
  });

  test("computes in bfloat16 under autocast, with gates and cells in float32", () => {
    const half = problem(wide, { dtype: "float32" });
    const output = autocast(() => noGrad(() => fused(half)));
    expect(output.dtype).toBe("bfloat16");
    expect(output.data()).toEqual(autocast(() => fused(half)).data());
    // Factors of 8 bits, whose errors meet in sums of up to 56 products and 30 steps.
    expectSame(
      outcome(half, (made) => autocast(() => fused(made))),
      outcome(problem(wide), libtorchs),
      sumsBFloat16InFloat32 ? 2e-2 : 1e-1,
    );
  });

  test("has the gradients of finite differences", () => {
    const shape = { lengths: [2, 3], inputs: 2, units: 2, directions: 2 };
    const made = problem(shape, { seed: 3 });
    const loss = (changed: Partial<Made>): Tensor => {
      const output = fused({ ...made, ...changed });
      return sum(output.mul(output).mul(output));
    };
    checkGradient((rows) => loss({ rows }), made.rows.toNumbers(), { shape: [5, 2] });
    const [forwards, backwards] = made.weights as [Tensor[], Tensor[]];
    forwards.forEach((weight, i) => {
      const changed = (value: Tensor): Tensor[][] => [
        forwards.map((each, j) => (i === j ? value : each)),
        backwards,
      ];
      checkGradient((value) => loss({ weights: changed(value) }), weight.toNumbers(), {
        shape: weight.shape,
      });
    });
  });

  test("has gates within a few units in the last place of float32", () => {
    const x = Float32Array.from({ length: 40_001 }, (_, i) => (i - 20_000) / 1000);
    const units = 1;
    const gatesOf = (values: readonly number[], bias: readonly number[]): number[] => {
      const weight = tensor(values, [4, 1]);
      const zero = tensor([0, 0, 0, 0], [4, 1]);
      const none = tensor([0, 0, 0, 0]);
      const ends = int64(Array<number>(x.length).fill(1));
      return lstmLayer(tensor(x, [x.length, units]), ends, [weight, zero, tensor(bias), none]).toNumbers();
    };
    const largestError = (got: readonly number[], exact: (value: number) => number): number =>
      got.reduce((max, value, i) => {
        const wanted = exact(x[i]!); // as many
        return Math.max(max, Math.abs(value - wanted) / Math.max(Math.abs(wanted), 1e-30));
      }, 0);
    const unit = 2 ** -24; // half the distance of neighbours, relative
    // h = sigmoid(o) tanh(sigmoid(i) tanh(g)): with i and o far in saturation, tanh of tanh.
    const tanhs = gatesOf([0, 0, 1, 0], [80, 0, 0, 80]);
    expect(largestError(tanhs, (value) => Math.tanh(Math.tanh(value)))).toBeLessThan(8 * unit);
    const sigmoids = gatesOf([0, 0, 0, 1], [80, 0, 80, 0]);
    const exact = (value: number): number => Math.tanh(1) / (1 + Math.exp(-value));
    expect(largestError(sigmoids, exact)).toBeLessThan(8 * unit);
  });

  test("reads slices and transposed rows", () => {
    const made = problem(wide);
    const turned = (forward: (made: Made) => Tensor) => (each: Made) =>
      forward({ ...each, rows: each.rows.transpose(0, 1).contiguous().transpose(0, 1) });
    expect(outcome(made, turned(fused))).toEqual(outcome(made, fused));
  });

  test("lets NaN show in its own sequence and in no other", () => {
    for (const dtype of ["float32", "bfloat16"] as const) {
      const { lengths: ends, ...made } = problem({ ...wide, lengths: [3, 3] }, { dtype: "float32" });
      const values = made.rows.toNumbers();
      values[2 * wide.inputs] = NaN; // row 2 is the second entry of the first sequence
      const rows = tensor(values, made.rows.shape).to({ dtype });
      const output = fused({ ...made, rows, lengths: ends }).to({ dtype: "float32" });
      const isNan = output
        .reshape([6, 2, wide.units])
        .toNumbers()
        .map((value) => Number.isNaN(value));
      const of = (row: number, direction: number): boolean[] =>
        isNan.slice((2 * row + direction) * wide.units, (2 * row + direction + 1) * wide.units);
      for (const row of [1, 3, 5]) expect([...of(row, 0), ...of(row, 1)]).not.toContain(true);
      expect(of(0, 0)).not.toContain(true);
      expect([...of(2, 0), ...of(4, 0), ...of(0, 1), ...of(2, 1)]).not.toContain(false);
      expect(of(4, 1)).not.toContain(true);
    }
  });

  test("gives its gradients a second time where the graph is kept", () => {
    const made = problem(wide);
    for (const leaf of [made.rows, ...made.weights.flat()]) leaf.requiresGrad = true;
    const output = fused(made);
    const once = (): number[] => {
      made.rows.clearGrad();
      output.backward({ gradient: made.gradient, retainGraph: true });
      return made.rows.grad!.toNumbers();
    };
    expect(once()).toEqual(once());
  });

  test("gives nearly the same numbers with every instruction set", () => {
    const run = (set: string, ...more: string[]): number[] => computedWith(set, "lstm-layer.mjs", ...more);
    const [base, ...others] = instructionSets.map((set) => run(set));
    expect(base).toHaveLength(60 * (2 * 37 + 5));
    for (const each of others) expectClose(each, base!, { rtol: 1e-4, atol: 1e-5 }); // there is one
    for (const set of instructionSets) expectClose(run(set, "bf16"), base!, { rtol: 0.1, atol: 0.1 }); // as above
  });

  test("refuses what does not fit, before it reads it", () => {
    const made = problem(wide);
    const call = (over: Partial<Made>) => () => fused({ ...made, ...over });
    expect(call({ lengths: int64([1, 2]) })).toThrow("expected 3 rows");
    expect(call({ lengths: int64([0, 78]) })).toThrow("expected lengths of at least 1, got 0");
    expect(call({ lengths: tensor([78]) })).toThrow("expected lengths to be one dimension of int64");
    const [forwards] = made.weights as [Tensor[]];
    expect(call({ weights: [forwards.slice(1)] })).toThrow("expected 4 weights");
    expect(call({ weights: [forwards, [...forwards].reverse()] })).toThrow("expected weights");
    expect(call({ rows: made.rows.to({ dtype: "float32" }) })).toThrow("expected weights[0] of Float");
  });
});

suite("packSequences", () => {
  const padded = (): Tensor =>
    tensor(
      Array.from({ length: 12 }, (_, i) => i),
      [3, 4],
    );

  test("lines up the entries of each step, longest sequences first", () => {
    expect(packSequences(padded(), int64([1, 3, 2])).toNumbers()).toEqual([4, 8, 0, 5, 9, 6]);
  });

  test("is undone by unpackSequences, with 0 beyond a length", () => {
    const lengths = int64([1, 3, 2]);
    const back = unpackSequences(packSequences(padded(), lengths), lengths, 4);
    expect(back.toNumbers()).toEqual([0, 0, 0, 0, 4, 5, 6, 0, 8, 9, 0, 0]);
  });

  test("takes the gradient back to its entries, none to padding", () => {
    const x = padded();
    x.requiresGrad = true;
    const lengths = int64([1, 3, 2]);
    const rows = packSequences(x, lengths);
    rows.backward({ gradient: tensor([1, 2, 3, 4, 5, 6]) });
    expect(x.grad!.toNumbers()).toEqual([3, 0, 0, 0, 1, 4, 6, 0, 2, 5, 0, 0]);
    const y = tensor([1, 2, 3, 4, 5, 6]);
    y.requiresGrad = true;
    unpackSequences(y, lengths, 4).backward({ gradient: padded() });
    expect(y.grad!.toNumbers()).toEqual([4, 8, 0, 5, 9, 6]);
  });

  test("takes tokens and vectors alike", () => {
    expect(packSequences(int64([7, 8, 9, 10]).reshape([2, 2]), int64([2, 1])).data()).toEqual(
      BigInt64Array.of(7n, 9n, 8n),
    );
    expect(packSequences(padded().reshape([3, 2, 2]), int64([2, 1, 1])).shape).toEqual([4, 2]);
  });

  test("refuses a length beyond the entries", () => {
    expect(() => packSequences(padded(), int64([5, 1, 1]))).toThrow("at least 5 entries");
    expect(() => unpackSequences(tensor([1, 2]), int64([2]), 1)).toThrow("time of at least 2");
  });
});

suite("maxOfSequences", () => {
  test("is the largest value of each column and sequence, with the gradient at the first such", () => {
    for (const dtype of ["float32", "float64", "bfloat16"] as const) {
      // Sequence 1 has rows 0, 2 and 3; sequence 0 has row 1.
      const x = tensor([1, 5, -7, 8, 3, 5, 2, 4], [4, 2]).to({ dtype });
      x.requiresGrad = true;
      const largest = maxOfSequences(x, int64([1, 3]));
      expect(largest.toNumbers()).toEqual([-7, 8, 3, 5]);
      largest.backward({ gradient: tensor([1, 2, 3, 4], [2, 2]).to({ dtype }) });
      expect(x.grad!.toNumbers()).toEqual([0, 4, 1, 2, 3, 0, 0, 0]);
    }
  });

  test("is max over a dimension where all are as long, whatever the width", () => {
    const x = randn([6, 5, 37], { generator: new Generator(1) });
    const lengths = int64([5, 5, 5, 5, 5, 5]);
    const wanted = x.toNumbers();
    const got = maxOfSequences(packSequences(x, lengths), lengths).toNumbers();
    got.forEach((value, i) => {
      const [n, column] = [Math.floor(i / 37), i % 37];
      const values = [0, 1, 2, 3, 4].map((t) => wanted[(n * 5 + t) * 37 + column]!); // [6, 5, 37]
      expect(value).toBe(Math.max(...values));
    });
  });

  test("is NaN where one is, and where that is", () => {
    const x = tensor([1, NaN, 3, 4, NaN, 6], [3, 2]);
    x.requiresGrad = true;
    const largest = maxOfSequences(x, int64([3]));
    expect(largest.toNumbers()).toEqual([NaN, NaN]);
    largest.backward({ gradient: tensor([1, 2], [1, 2]) });
    expect(x.grad!.toNumbers()).toEqual([0, 2, 0, 0, 1, 0]);
  });
});
