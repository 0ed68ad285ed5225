import { libtorch, noGrad, scope, type Tensor, tensor } from "./index.ts";

/** The devices that a test can run on here: the CPU, and the first GPU where libtorch can use one. */
export function testDevices(): readonly ["cpu", ...string[]] {
  return ["cpu", ...(libtorch().cuda ? ["cuda"] : [])];
}

/**
 * Asserts that numbers agree within atol + rtol · |expected|; NaN and infinity agree with themselves.
 *
 * @throws Error naming the first place that does not
 */
export function expectClose(
  actual: Tensor | readonly number[],
  expected: readonly number[],
  { rtol = 1e-5, atol = 1e-8 } = {},
): void {
  const values = "toNumbers" in actual ? actual.toNumbers() : actual;
  if (values.length !== expected.length) {
    throw new Error(`expectClose: expected ${expected.length} values, got ${values.length}.`);
  }
  expected.forEach((value, index) => {
    const got = values[index]!;
    if (!Object.is(got, value) && !(Math.abs(got - value) <= atol + rtol * Math.abs(value))) {
      throw new Error(`expectClose: expected [${index}] to be ${value}, got ${got}.`);
    }
  });
}

/**
 * Asserts that the gradient autograd gives of a scalar function is the one finite differences give:
 * (f(x + h) - f(x - h)) / 2h for each entry, in double precision.
 *
 * @param values a point x, row by row; stay clear of kinks
 * @throws Error naming the first entry that differs
 */
export function checkGradient(
  f: (x: Tensor) => Tensor,
  values: readonly number[],
  {
    shape = [values.length],
    h = 1e-6,
    rtol = 1e-5,
    atol = 1e-7,
  }: {
    shape?: readonly number[];
    h?: number;
    rtol?: number;
    atol?: number;
  } = {},
): void {
  const at = (point: readonly number[]): number =>
    scope(() => noGrad(() => f(tensor(Float64Array.from(point), shape)).item()));
  const numeric = values.map((value, index) => {
    const moved = (by: number): number[] => values.map((v, i) => (i === index ? value + by : v));
    return (at(moved(h)) - at(moved(-h))) / (2 * h);
  });
  const analytic = scope(() => {
    const x = tensor(Float64Array.from(values), shape);
    x.requiresGrad = true;
    f(x).backward();
    return x.grad?.toNumbers() ?? values.map(() => 0);
  });
  expectClose(analytic, numeric, { rtol, atol });
}
