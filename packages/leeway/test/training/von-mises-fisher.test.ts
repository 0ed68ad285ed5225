import { readFileSync } from "node:fs";
import { norm, type Tensor, tensor } from "@leeway/torch";
import { checkGradient, expectClose } from "@leeway/torch/testing";
import { describe as suite, expect, test } from "vitest";
import { random } from "../../src/random.ts";
import { distributionsOf, logBesselOfSquare, sphereLogits } from "../../src/training/von-mises-fisher.ts";

/** Made by tools/reference/bessel.py. */
const { order, cases } = JSON.parse(
  readFileSync(new URL("../fixtures/bessel.json", import.meta.url), "utf8"),
) as { readonly order: number; readonly cases: readonly (readonly [argument: number, value: number])[] };

const exact = (values: readonly number[], shape?: readonly number[]): Tensor =>
  tensor(values, shape, { dtype: "float64" });

suite("logBesselOfSquare", () => {
  test("is SciPy's logarithm of I_63(κ) / κ^63 for κ from 1 to 1e5, to 1e-9", () => {
    const squares = exact(cases.map(([argument]) => argument ** 2));
    const values = logBesselOfSquare(squares, order).toNumbers();
    expectClose(values, cases.map(([, value]) => value), { rtol: 1e-11, atol: 1e-9 }); // prettier-ignore
  });
  test("at 0 is that of the power series, 1 / (2^ν Γ(ν + 1))", () => {
    let logFactorial = 0;
    for (let i = 2; i <= order; i++) logFactorial += Math.log(i);
    const [value] = logBesselOfSquare(exact([0]), order).toNumbers();
    expect(value).toBeCloseTo(-order * Math.log(2) - logFactorial, 10);
  });
  test("has the gradient that finite differences give, also at 0", () => {
    checkGradient((x) => logBesselOfSquare(x, order).sum(), [0, 1, 300, 1e5], { h: 1e-3 });
  });
});

/** Points of the sphere of R^128. */
function points(count: number, purpose: string): number[] {
  const from = random(0, purpose);
  const rows = Array.from({ length: count }, () => Array.from({ length: 128 }, () => from.uniform() - 0.5));
  return rows.flatMap((row) => row.map((value) => value / Math.hypot(...row)));
}

suite("distributionsOf", () => {
  test("is κ = d R / (1 - R²) about the mean's direction, at most 1e5, and 0 of a mean of 0", () => {
    const means = exact([...points(1, "mean").map((value) => 0.6 * value), ...points(1, "one"), ...new Array<number>(128).fill(0)], [3, 128]); // prettier-ignore
    const { directions, squares } = distributionsOf(means);
    const expected = [(128 * 0.6) / (1 - 0.36), 1e5, 0];
    expectClose(norm(directions, 1).toNumbers(), expected, { rtol: 1e-9 });
    expectClose(squares.toNumbers(), expected.map((kappa) => kappa ** 2), { rtol: 1e-9 }); // prettier-ignore
  });
});

suite("sphereLogits", () => {
  const means = exact(points(3, "means").map((value, i) => value * [0.2, 0.6, 0.95][Math.floor(i / 128)]!), [3, 128]); // prettier-ignore
  const temperature = 0.1;

  test("are log C(κ) - log C(κ̃), with κ̃ = ‖κ μ + z / T‖ vector by vector", () => {
    const z = points(2, "z");
    const logits = sphereLogits(exact(z, [2, 128]), distributionsOf(means), { temperature }).toNumbers();
    const m = means.toNumbers();
    const expected = [0, 1].flatMap((i) =>
      [0, 1, 2].map((j) => {
        const mean = m.slice(128 * j, 128 * (j + 1));
        const length = Math.hypot(...mean);
        const kappa = (128 * length) / (1 - length ** 2);
        const moved = mean.map((value, d) => (kappa * value) / length + z[128 * i + d]! / temperature);
        const bessel = (k: number): number => logBesselOfSquare(exact([k ** 2]), order).item();
        return bessel(Math.hypot(...moved)) - bessel(kappa);
      }),
    );
    expectClose(logits, expected, { rtol: 1e-10, atol: 1e-10 });
  });
  test("have the gradient that finite differences give, for the points", () => {
    const classes = distributionsOf(means);
    const weights = exact([1, -2, 0.5, 0.3, 1, -1], [2, 3]);
    const f = (z: Tensor): Tensor => sphereLogits(z, classes, { temperature }).mul(weights).sum();
    checkGradient(f, points(2, "at"), { shape: [2, 128] });
  });
});
