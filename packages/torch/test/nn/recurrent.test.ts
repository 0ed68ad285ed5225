import { readFileSync } from "node:fs";
import { describe as suite, expect, test } from "vitest";
import {
  cat,
  Generator,
  indexSelect,
  manualSeed,
  memory,
  nn,
  noGrad,
  copyInto,
  scope,
  slice,
  sum,
  type Tensor,
  tensor,
  where,
  zerosLike,
} from "../../src/index.ts";
import { checkGradient, expectClose } from "../../src/testing.ts";

interface Case {
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly lengths: readonly number[] | null;
  readonly names: readonly string[];
  readonly output: readonly number[];
  readonly inputGradient: readonly number[];
  readonly weightGradients: Readonly<Record<string, number>>;
}

// PyTorch's answers, of packed sequences where there are lengths; tools/reference/recurrent.py wrote them.
const { cases } = JSON.parse(
  readFileSync(new URL("../fixtures/recurrent.json", import.meta.url), "utf8"),
) as { cases: Case[] };

const generator = new Generator(0);
const int64 = (...values: number[]) => tensor(BigInt64Array.from(values, BigInt));

/** sin(phase + 0.7 i) / 2, as the script fills its tensors. */
function wave(shape: readonly number[], phase: number): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return tensor(
    Float64Array.from({ length: count }, (_, i) => Math.sin(phase + 0.7 * i) / 2),
    shape,
  );
}

function network({ layers, bidirectional }: Pick<Case, "layers" | "bidirectional">): nn.LSTM {
  const lstm = new nn.LSTM(2, 3, { layers, bidirectional, generator }).to({ dtype: "float64" });
  noGrad(() => {
    lstm.parameters().forEach((parameter, phase) => copyInto(parameter, wave(parameter.shape, phase)));
  });
  return lstm;
}

/** Outputs with 0 where they have no meaning, as PyTorch pads what was packed. */
function meaningful(output: Tensor, lengths: readonly number[] | null): Tensor {
  if (lengths === null) return output;
  const [, time, width] = output.shape as readonly [number, number, number];
  const inside = lengths.flatMap((length) =>
    Array.from({ length: time }, (_, t) => Array<number>(width).fill(t < length ? 1 : 0)).flat(),
  );
  const mask = tensor(Uint8Array.from(inside), output.shape, { dtype: "bool" });
  return where(mask, output, zerosLike(output));
}

suite("LSTM", () => {
  test.for(cases)("$layers layers, bidirectional $bidirectional, lengths $lengths: as PyTorch", (known) => {
    const lstm = network(known);
    expect(lstm.namedParameters().map(([name]) => name)).toEqual(known.names);
    const input = wave([3, 4, 2], 0.3);
    input.requiresGrad = true;
    const options = known.lengths === null ? {} : { lengths: int64(...known.lengths) };
    const output = meaningful(lstm.forward(input, options), known.lengths);
    // The same float64 arithmetic in another order of sums.
    expectClose(output, known.output, { rtol: 1e-12, atol: 1e-14 });
    sum(output.mul(output)).backward();
    expectClose(input.grad!, known.inputGradient, { rtol: 1e-10, atol: 1e-13 });
    for (const [name, parameter] of lstm.namedParameters()) {
      expectClose([sum(parameter.grad!).item()], [known.weightGradients[name]!], { rtol: 1e-10 });
    }
  });

  test("has the gradient of finite differences within lengths", () => {
    const lstm = network({ layers: 2, bidirectional: true });
    const lengths = int64(2, 3);
    checkGradient(
      (x) => {
        const output = lstm.forward(x, { lengths });
        const read = indexSelect(output.reshape([6, 6]), 0, int64(0, 1, 3, 4, 5));
        return sum(read.mul(read));
      },
      wave([2, 3, 2], 1).toNumbers(),
      { shape: [2, 3, 2] },
    );
  });

  test("reads one sequence alone as beside a longer one, whatever the padding holds", () => {
    const lstm = network({ layers: 2, bidirectional: true });
    const alone = wave([1, 2, 2], 0.5);
    const padded = cat([alone, wave([1, 3, 2], 9).mul(100)], 1);
    const both = cat([padded, wave([1, 5, 2], 3)], 0);
    const first = slice(slice(lstm.forward(both, { lengths: int64(2, 5) }), 0, { end: 1 }), 1, { end: 2 });
    // Another number of rows may pick another kernel: the last digits may differ.
    expectClose(first, lstm.forward(alone, { lengths: int64(2) }).toNumbers(), { rtol: 1e-13 });
  });

  test("refuses lengths that are none of its input", () => {
    const lstm = network({ layers: 1, bidirectional: true });
    const forward = (lengths: Tensor) => () => lstm.forward(wave([2, 3, 2], 0), { lengths });
    const wanted = "LSTM.forward: expected lengths[1] to be a whole number from 1 to 3, got ";
    expect(forward(int64(3, 4))).toThrow(new RangeError(`${wanted}4.`));
    expect(forward(int64(3, 0))).toThrow(`${wanted}0.`);
    expect(forward(tensor([3, 1.5]))).toThrow(`${wanted}1.5.`);
    expect(forward(int64(3))).toThrow("LSTM.forward: expected lengths of shape [2], got [1].");
  });

  test("drops values between layers while training only, the same ones for the same seed", () => {
    const lstm = new nn.LSTM(2, 3, { layers: 2, bidirectional: true, dropout: 0.5, generator });
    const input = wave([2, 3, 2], 0).to({ dtype: "float32" });
    const lengths = int64(3, 3);
    const seeded = (seed: number) => {
      manualSeed(seed);
      return lstm.forward(input, { lengths }).data();
    };
    expect(seeded(1)).toEqual(seeded(1));
    expect(seeded(1)).not.toEqual(seeded(2));
    lstm.train(false);
    expect(seeded(1)).toEqual(seeded(2));
  });

  test("frees what it computes on the way", () => {
    const lstm = network({ layers: 2, bidirectional: true });
    const input = wave([2, 3, 2], 0);
    const before = memory().tensors;
    scope(() => lstm.forward(input, { lengths: int64(1, 3) }).toNumbers());
    expect(memory().tensors).toBe(before);
  });
});

suite("Embedding", () => {
  test("gives a row for each index, under the shape of the indices", () => {
    const layer = new nn.Embedding(3, 2, { generator });
    layer.loadStateDict({ weight: tensor([0, 1, 10, 11, 20, 21], [3, 2]) });
    const rows = layer.forward(int64(2, 0, 1, 1).reshape([2, 2]));
    expect(rows.shape).toEqual([2, 2, 2]);
    expect(rows.toNumbers()).toEqual([20, 21, 0, 1, 10, 11, 10, 11]);
  });

  test("has a padding row that is 0 and does not learn", () => {
    const layer = new nn.Embedding(3, 2, { paddingIdx: 0, generator });
    const rows = layer.forward(int64(0, 2, 2));
    expect(rows.toNumbers().slice(0, 2)).toEqual([0, 0]);
    sum(rows).backward();
    expect(layer.weight.grad!.toNumbers()).toEqual([0, 0, 0, 0, 2, 2]);
    expect(() => new nn.Embedding(3, 2, { paddingIdx: 3, generator })).toThrow(RangeError);
  });

  test("starts with the deviation asked for", () => {
    const { weight } = new nn.Embedding(100, 100, { deviation: 0.1, generator });
    const variance = sum(weight.mul(weight)).item() / 1e4;
    expect(Math.abs(variance / 0.01 - 1)).toBeLessThan(5 * Math.sqrt(2 / 1e4)); // five standard errors
  });
});

suite("Dropout", () => {
  test("keeps the mean: some values 0, the others divided by what is kept", () => {
    manualSeed(0);
    const ones = tensor(new Float32Array(10_000).fill(1));
    const values = new nn.Dropout(0.2).forward(ones).toNumbers();
    expect(new Set(values)).toEqual(new Set([0, 1.25]));
    const dropped = values.filter((value) => value === 0).length;
    expect(Math.abs(dropped - 2000)).toBeLessThan(5 * 40); // binomial deviation √(10000 · 0.2 · 0.8) = 40
  });

  test("draws the same for the same seed, and nothing while evaluating", () => {
    const layer = new nn.Dropout(0.5);
    const input = tensor([1, 2, 3, 4, 5, 6, 7, 8]);
    const drawn = (seed: number) => {
      manualSeed(seed);
      return layer.forward(input).toNumbers();
    };
    expect(drawn(3)).toEqual(drawn(3));
    expect(drawn(3)).not.toEqual(drawn(4));
    layer.train(false);
    expect(layer.forward(input)).toBe(input);
  });

  test.for([-0.1, 1.1, NaN])("refuses a probability of %d", (p) => {
    expect(() => new nn.Dropout(p)).toThrow(`Dropout: expected p to be from 0 to 1, got ${p}.`);
    expect(() => new nn.LSTM(1, 1, { dropout: p, generator })).toThrow(RangeError);
  });
});
