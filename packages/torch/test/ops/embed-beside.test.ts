import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import {
  cat,
  type DType,
  embedBeside,
  embedding,
  Generator,
  ones,
  randn,
  setThreads,
  slice,
  squeeze,
  sum,
  type Tensor,
  tensor,
  threads,
} from "../../src/index.ts";
import { checkGradient } from "../../src/testing.ts";

interface Size {
  readonly rows: number;
  readonly values: number;
  /** [n, D] of each table. */
  readonly tables: readonly (readonly [number, number])[];
}

function problem({ rows, values, tables }: Size, { dtype = "float64" }: { dtype?: DType } = {}) {
  const generator = new Generator(1);
  const width = tables.reduce((total, [, size]) => total + size, values);
  const codes = Array.from({ length: rows * tables.length }, (_, i) =>
    BigInt((i * 7 + 3 * Math.floor(i / tables.length)) % tables[i % tables.length]![0]),
  ); // a table for each column
  return {
    values: randn([rows, values], { generator, dtype }),
    codes: tensor(BigInt64Array.from(codes), [rows, tables.length]),
    tables: tables.map((shape) => randn(shape, { generator, dtype })),
    gradient: randn([rows, width], { generator, dtype }),
  };
}

type Problem = ReturnType<typeof problem>;

const together = ({ values, codes, tables }: Problem, padding: number): Tensor =>
  embedBeside(values, codes, tables, padding);

const oneByOne = ({ values, codes, tables }: Problem, padding: number): Tensor => {
  const column = (g: number): Tensor => squeeze(slice(codes, 1, { start: g, end: g + 1 }), 1);
  return cat([values, ...tables.map((table, g) => embedding(table, column(g), padding))], 1);
};

/** The result and all gradients. */
function outcome(p: Problem, of: typeof together, padding = 0): number[][] {
  const leaves = [p.values, ...p.tables];
  for (const leaf of leaves) leaf.requiresGrad = true;
  const y = of(p, padding);
  y.backward({ gradient: p.gradient });
  return [y.toNumbers(), ...leaves.map((leaf) => leaf.grad!.toNumbers())];
}

suite("embedBeside", () => {
  test.each(["float32", "float64"] as const)(
    "is embeddings and cat, with their gradients, in %s",
    (dtype) => {
      const sizes: Size[] = [
        { rows: 513, values: 30, tables: [[3, 3], [901, 50], [8, 1]] }, // prettier-ignore
        { rows: 1, values: 0, tables: [[2, 5]] },
        { rows: 4, values: 2, tables: [] },
        { rows: 0, values: 2, tables: [[2, 5]] },
      ];
      for (const size of sizes) {
        for (const padding of [0, -1, 1]) {
          const [got, wanted] = [together, oneByOne].map((of) =>
            outcome(problem(size, { dtype }), of, padding),
          );
          expect(got).toEqual(wanted);
        }
      }
    },
  );

  test("has the gradients of finite differences, none for the padding row", () => {
    const { values, codes, tables } = problem({ rows: 5, values: 2, tables: [[3, 2], [2, 3]] }); // prettier-ignore
    const loss = (v: Tensor, first: Tensor): Tensor => {
      const y = embedBeside(v, codes, [first, tables[1]!], -1); // there are two
      return sum(y.mul(y).mul(y));
    };
    checkGradient((v) => loss(v, tables[0]!), values.toNumbers(), { shape: [5, 2], rtol: 1e-4, atol: 1e-5 }); // there are two
    checkGradient((v) => loss(values, v), tables[0]!.toNumbers(), { shape: [3, 2], rtol: 1e-4, atol: 1e-5 }); // there are two
    const table = tables[0]!; // there are two
    table.requiresGrad = true;
    sum(embedBeside(values, codes, tables, 0)).backward();
    expect(table.grad!.toNumbers().slice(0, 2)).toEqual([0, 0]);
    expect(values.grad).toBeNull();
  });

  test("is the same for any sizes, layout and number of threads", () => {
    const before = threads();
    const table = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 40 }));
    const size = fc.record({
      rows: fc.integer({ min: 1, max: 600 }),
      values: fc.integer({ min: 0, max: 20 }),
      tables: fc.array(table, { maxLength: 5 }),
    });
    try {
      fc.assert(
        fc.property(size, (each) => {
          setThreads(1);
          const wanted = outcome(problem(each), oneByOne);
          setThreads(2);
          const turned = (x: Tensor): Tensor => x.transpose(0, 1).contiguous().transpose(0, 1);
          const { codes, ...rest } = problem(each);
          const strided: typeof together = (p, padding) =>
            together({ ...p, values: turned(p.values), tables: p.tables.map(turned) }, padding);
          expect(outcome({ ...rest, codes: turned(codes) }, strided)).toEqual(wanted);
        }),
        { numRuns: 40, seed: 7 },
      );
    } finally {
      setThreads(before);
    }
  });

  test("refuses codes without a row, before it reads one, and what does not fit", () => {
    const { values, codes, tables } = problem({ rows: 2, values: 1, tables: [[3, 2], [2, 2]] }); // prettier-ignore
    const of = (...numbers: bigint[]): Tensor => tensor(BigInt64Array.from(numbers), [2, 2]);
    expect(() => embedBeside(values, of(0n, 1n, 2n, 2n), tables, 0)).toThrow(
      "expected codes[1, 1] to be 0 to 1, got 2",
    );
    expect(() => embedBeside(values, of(0n, 1n, -1n, 0n), tables, 0)).toThrow(
      "codes[1, 0] to be 0 to 2, got -1",
    );
    expect(() => embedBeside(values, codes, tables.slice(1), 0)).toThrow("a table for each of 2 columns");
    expect(() => embedBeside(values, slice(codes, 0, { end: 1 }), tables, 0)).toThrow("codes of 2 rows");
    expect(() => embedBeside(values, codes.to({ dtype: "int32" }), tables, 0)).toThrow(
      "expected int64 codes",
    );
    expect(() => embedBeside(ones([2]), codes, tables, 0)).toThrow("values of 2 dimensions");
    expect(() => embedBeside(values, codes, [ones([3]), ones([2, 2])], 0)).toThrow("tables of 2 dimensions");
  });

  test("takes tables of another dtype by libtorch's operators", () => {
    const { values, codes, tables } = problem({ rows: 2, values: 1, tables: [[3, 2], [2, 2]] }); // prettier-ignore
    const [first, second] = tables.map((each, g) => each.to({ dtype: g === 0 ? "bfloat16" : "float32" }));
    expect(embedBeside(values, codes, [first!, second!], 0).shape).toEqual([2, 5]); // there are two
  });
});
