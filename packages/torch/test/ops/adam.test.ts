import fc from "fast-check";
import { describe as suite, expect, test } from "vitest";
import {
  adamInPlace,
  type DType,
  Generator,
  randn,
  setThreads,
  sum,
  type Tensor,
  tensor,
  threads,
} from "../../src/index.ts";
import { expectClose } from "../../src/testing.ts";

/** Parameters, gradients, means and squares of those shapes. */
function lists(shapes: readonly (readonly number[])[], dtype: DType): Tensor[][] {
  const generator = new Generator(1);
  const [parameters, gradients, means, roots] = [0, 1, 2, 3].map(() =>
    shapes.map((shape) => randn(shape, { generator, dtype })),
  ) as [Tensor[], Tensor[], Tensor[], Tensor[]];
  return [parameters, gradients, means, roots.map((root) => root.mul(root))];
}

interface Options {
  readonly decay?: number;
  readonly shrink?: number;
}

function step(of: Tensor[][], { decay = 0, shrink = 1 }: Options): number[][] {
  const [parameters, gradients, means, squares] = of as [Tensor[], Tensor[], Tensor[], Tensor[]];
  parameters.forEach((parameter, i) => {
    parameter.requiresGrad = true;
    sum(parameter.mul(gradients[i]!)).backward(); // as many
  });
  adamInPlace(parameters, means, squares, 0.1, 0.9, 0.99, 1e-6, decay, shrink, 3);
  return [parameters, means, squares].flat().map((each) => each.toNumbers());
}

/** The same values, of which the means lie in memory with their two dimensions the other way round. */
const mixed = ([parameters, gradients, means, squares]: Tensor[][]): Tensor[][] => [
  parameters!, // there are four lists
  gradients!, // as above
  means!.map((each) => each.transpose(0, 1).contiguous().transpose(0, 1)), // as above
  squares!, // as above
];

suite("adamInPlace", () => {
  test("is libtorch's operators one by one, which take what lies otherwise", () => {
    const before = threads();
    const shapes = fc.array(fc.tuple(fc.integer({ min: 2, max: 99 }), fc.integer({ min: 2, max: 99 })), {
      minLength: 1,
      maxLength: 4,
    });
    const options = fc.constantFrom<Options>({}, { decay: 0.1 }, { shrink: 0.9 });
    try {
      fc.assert(
        fc.property(shapes, options, (sizes, more) => {
          setThreads(1);
          const got = step(lists(sizes, "float64"), more);
          const wanted = step(mixed(lists(sizes, "float64")), more);
          got.forEach((values, i) => {
            expectClose(values, wanted[i]!, { rtol: 1e-12, atol: 1e-12 }); // as many
          });
          setThreads(2);
          expect(step(lists(sizes, "float64"), more)).toEqual(got);
        }),
        { numRuns: 30, seed: 3 },
      );
    } finally {
      setThreads(before);
    }
  });

  test("computes in float32 as in float64", () => {
    const shapes = [[7, 13], [1], [100, 100]];
    const exact = lists(shapes, "float32").map((list) => list.map((each) => each.to({ dtype: "float64" })));
    const wanted = step(exact, { decay: 0.1 });
    step(lists(shapes, "float32"), { decay: 0.1 }).forEach((values, i) => {
      expectClose(values, wanted[i]!, { rtol: 1e-5, atol: 1e-5 }); // as many
    });
  });

  test("has the step by hand", () => {
    const one = (value: number): Tensor[] => [tensor(Float64Array.of(value), [1])];
    const [parameter, mean, square] = step([one(2), one(4), one(1), one(9)], {}).flat();
    expectClose([mean!, square!], [0.9 + 0.4, 0.99 * 9 + 0.01 * 16], { rtol: 1e-15 }); // three lists of one
    const root = Math.sqrt((0.99 * 9 + 0.16) / (1 - 0.99 ** 3));
    expectClose([parameter!], [2 - (0.1 * (1.3 / (1 - 0.9 ** 3))) / (root + 1e-6)], { rtol: 1e-15 }); // as above
  });

  test("lets NaN show where it is alone", () => {
    const of = lists([[40]], "float32");
    of[1] = [tensor([NaN, ...Array<number>(39).fill(1)])];
    const isNan = step(of, {}).map((values) => values.map((value) => Number.isNaN(value)));
    for (const each of isNan) expect(each).toEqual([true, ...Array<boolean>(39).fill(false)]);
  });

  test("leaves a parameter without a gradient, and refuses lists that do not fit", () => {
    const [parameter, state] = [tensor([1, 2]), tensor([3, 4])];
    adamInPlace([parameter], [state], [state], 0.1, 0.9, 0.99, 1e-6, 0.1, 0.9, 1);
    expect([...parameter.toNumbers(), ...state.toNumbers()]).toEqual([1, 2, 3, 4]);
    const wrong = (): void => {
      adamInPlace([parameter], [], [state], 0.1, 0.9, 0.99, 1e-6, 0, 1, 1);
    };
    expect(wrong).toThrow("expected 1 means and squares");
  });
});
