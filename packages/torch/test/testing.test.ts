import { describe as suite, expect, test } from "vitest";
import { exp, sum, tensor } from "../src/index.ts";
import { checkGradient, expectClose } from "../src/testing.ts";

suite("expectClose", () => {
  test("accepts what agrees, NaN and infinity with themselves", () => {
    expectClose(tensor([1, NaN, Infinity]), [1, NaN, Infinity]);
    expectClose([1.001], [1], { rtol: 1e-2 });
  });

  test("names the first place that does not", () => {
    expect(() => {
      expectClose([1, 2, 4], [1, 3, 3]);
    }).toThrow("expected [1] to be 3, got 2");
    expect(() => {
      expectClose([NaN], [1]);
    }).toThrow("got NaN");
    expect(() => {
      expectClose([1], [1, 2]);
    }).toThrow("expected 2 values, got 1");
  });
});

suite("checkGradient", () => {
  test("accepts a right gradient and finds a wrong one", () => {
    checkGradient((x) => sum(exp(x)), [0, 1]);
    // Half of the function hidden from autograd.
    expect(() => {
      checkGradient((x) => sum(exp(x).mul(x.detach())), [0.5, 1]);
    }).toThrow(/expected \[0\] to be/);
  });
});
