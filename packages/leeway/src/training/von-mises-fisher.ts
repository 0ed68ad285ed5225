import { clamp, log, matmul, norm, pow, sqrt, type Tensor, transpose } from "@leeway/torch";

/** Above this, a concentration says no more. */
const maxConcentration = 1e5;

/** Terms of the series beyond its 1: with 4 of them its error is below 1e-10 at all arguments in 128 dimensions. */
const terms = 4;

/**
 * Von Mises-Fisher distributions on the unit sphere of R^d, of density C_d(κ) e^{κ ⟨μ, z⟩} with
 * C_d(κ) = κ^ν / ((2π)^{d/2} I_ν(κ)) and ν = d/2 - 1.
 */
interface Distributions {
  /** κ μ, [K, d] */
  readonly directions: Tensor;
  /** κ², [K] */
  readonly squares: Tensor;
}

/**
 * The distributions whose mean vectors these are, κ = d R / (1 - R²) with R = ‖m‖, at most 1e5. A mean of 0 is that of
 * all directions alike.
 *
 * @param means m, [K, d] float64
 * @source Du et al. 2024 (arXiv:2403.06726), the authors' code
 */
export function distributionsOf(means: Tensor): Distributions {
  const size = means.shape[1]!;
  const lengths = norm(means, 1); // [K]
  const spread = clamp(lengths.mul(lengths).neg().add(1), { min: 1e-12 });
  const concentrations = clamp(lengths.mul(size).div(spread), { max: maxConcentration });
  const perLength = concentrations.div(clamp(lengths, { min: 1e-300 }));
  return {
    directions: means.mul(perLength.reshape([-1, 1])),
    squares: concentrations.mul(concentrations),
  };
}

/**
 * Logits of points for the distributions of classes: log of the mean of e^{⟨z, w⟩ / T} over w of class j,
 *
 *     log C_d(κ_j) - log C_d(κ̃_j),   κ̃_j = ‖κ_j μ_j + z / T‖
 *
 * by κ̃² = κ² + 2 κ ⟨μ, z⟩ / T + ‖z‖² / T², so that nothing of [N, K, d] is computed.
 *
 * @param points z, [N, d] float64, of length 1
 * @returns [N, K]
 * @source Du et al. 2024 (arXiv:2403.06726)
 */
export function sphereLogits(
  points: Tensor,
  { directions, squares }: Distributions,
  { temperature }: { readonly temperature: number },
): Tensor {
  const order = points.shape[1]! / 2 - 1;
  const along = matmul(points, transpose(directions, 0, 1)).mul(2 / temperature); // [N, K]
  const own = points
    .mul(points)
    .sum({ dim: 1, keepdim: true })
    .mul(temperature ** -2); // [N, 1]
  return logBesselOfSquare(along.add(own).add(squares), order).sub(logBesselOfSquare(squares, order));
}

/**
 * log (I_ν(κ) / κ^ν) of κ², by the expansion of I_ν for large ν that holds at all κ alike:
 *
 *     I_ν(κ) ~ e^{νη} / √(2π s) · Σ_k U_k(p) / ν^k,   s = √(ν² + κ²), p = ν / s, νη = s + ν log (κ / (ν + s))
 *
 * @param squares float64, at least 0
 * @param order   ν, large: 63 in 128 dimensions
 * @source https://dlmf.nist.gov/10.41, eqs. 10.41.3 and 10.41.9
 */
export function logBesselOfSquare(squares: Tensor, order: number): Tensor {
  const s = sqrt(squares.add(order ** 2));
  const p = pow(s, -1).mul(order);
  const [last, ...rest] = seriesOf(order).toReversed() as [number, ...number[]];
  let series = p.mul(last);
  rest.forEach((coefficient, i) => {
    series = series.add(coefficient);
    if (i + 1 < rest.length) series = series.mul(p);
  });
  return s
    .sub(log(s.add(order)).mul(order))
    .add(log(series))
    .sub(log(s).mul(0.5));
}

/** The coefficients of 1, p, p², … in Σ_k U_k(p) / ν^k / √(2π). */
function seriesOf(order: number): readonly number[] {
  const sum = new Array<number>(3 * terms + 1).fill(0);
  let u: readonly number[] = [1];
  for (let k = 0; k <= terms; k++) {
    u.forEach((coefficient, degree) => {
      sum[degree]! += coefficient / order ** k / Math.sqrt(2 * Math.PI);
    });
    u = nextOf(u);
  }
  return sum;
}

/** U_{k+1}(p) = ½ p² (1 - p²) U_k'(p) + ⅛ ∫₀ᵖ (1 - 5 t²) U_k(t) dt of U_k, as coefficients. */
function nextOf(u: readonly number[]): readonly number[] {
  const next = new Array<number>(u.length + 3).fill(0);
  u.forEach((coefficient, i) => {
    next[i + 1]! += coefficient * (i / 2 + 1 / (8 * (i + 1)));
    next[i + 3]! -= coefficient * (i / 2 + 5 / (8 * (i + 3)));
  });
  return next;
}
