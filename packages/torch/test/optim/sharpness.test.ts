import { describe as suite, expect, test } from "vitest";
import { keep, optim, scope, type Tensor, tensor } from "../../src/index.ts";
import { expectClose } from "../../src/testing.ts";

function leaf(values: readonly number[]): Tensor {
  const made = keep(tensor(Float64Array.from(values)));
  made.requiresGrad = true;
  return made;
}

suite("ascend", () => {
  test("moves all parameters together by ρ along the gradient, and back", () => {
    const [a, b] = [leaf([1, 2]), leaf([3])];
    // loss = 3a₀ + 0a₁ + 4b: gradient (3, 0, 4) of length 5.
    a.mul(tensor(Float64Array.of(3, 0)))
      .sum()
      .add(b.mul(4).sum())
      .backward();
    scope(() => {
      const back = optim.ascend([a, b], 0.5);
      expectClose(a, [1 + 0.5 * (3 / 5), 2]);
      expectClose(b, [3 + 0.5 * (4 / 5)]);
      back();
    });
    expectClose(a, [1, 2]);
    expectClose(b, [3]);
  });

  test("stays where no parameter has a gradient", () => {
    const a = leaf([1]);
    scope(() => {
      optim.ascend([a], 1)();
    });
    expect(a.toNumbers()).toEqual([1]);
  });

  test("refuses a radius that is not above 0", () => {
    expect(() => optim.ascend([], 0)).toThrow("ascend: expected rho to be above 0, got 0.");
  });
});
