import { expected } from "../errors.ts";

/**
 * The exact interval of a share: the shares under which as few, or as many, successes as were seen are not rarer than
 * half of 1 - confidence.
 *
 *     [ B⁻¹(γ/2; k, n - k + 1),  B⁻¹(1 - γ/2; k + 1, n - k) ]     γ = 1 - confidence, B the beta distribution
 *
 * It holds the true share at least as often as it says, whatever n is.
 *
 * @param successes k, a whole number in [0, n]
 * @param trials    n, at least 1
 * @throws ArgumentError if an argument is out of its range
 * @source Clopper and Pearson 1934, Biometrika 26:404, in terms of the beta distribution
 */
export function clopperPearson(
  successes: number,
  trials: number,
  { confidence = 0.95 } = {},
): readonly [lower: number, upper: number] {
  if (!Number.isSafeInteger(trials) || trials < 1) {
    throw expected("clopperPearson", "trials", "to be a whole number of at least 1", trials);
  }
  if (!Number.isSafeInteger(successes) || successes < 0 || successes > trials) {
    throw expected("clopperPearson", "successes", `to be a whole number from 0 to ${trials}`, successes);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw expected("clopperPearson", "confidence", "to be above 0 and below 1", confidence);
  }
  const tail = (1 - confidence) / 2;
  const failures = trials - successes;
  return [
    successes === 0 ? 0 : betaQuantile(tail, successes, failures + 1),
    failures === 0 ? 1 : 1 - betaQuantile(tail, failures, successes + 1), // the beta distribution mirrored
  ];
}

/** The x with P(Beta(a, b) <= x) = share, by bisection, to the last bits of a number. */
export function betaQuantile(share: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let turn = 0; turn < 100 && high - low > 1e-15 * high; turn++) {
    const middle = (low + high) / 2;
    if (betaBelow(middle, a, b) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * P(Beta(a, b) <= x), the regularised incomplete beta function I_x(a, b), by its continued fraction.
 *
 * @source NIST Digital Library of Mathematical Functions, 8.17.22; evaluated by Lentz's method. The fraction converges
 *   fast below the mean, and I_x(a, b) = 1 - I_{1-x}(b, a) mirrors the rest
 */
export function betaBelow(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaBelow(1 - x, b, a);
  const front = a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) - logBeta(a, b);
  let [c, d] = [1, nonZero(1 - ((a + b) * x) / (a + 1))];
  d = 1 / d;
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return Math.exp(front) * fraction;
}

/** A divisor that is not 0. */
function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** log B(a, b) = log Γ(a) + log Γ(b) - log Γ(a + b). */
function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** log Γ(x) of x > 0: Stirling's series from 10 on, to 1e-15 of its size, and Γ(x) = Γ(x + 1) / x below. */
function logGamma(x: number): number {
  let [shift, z] = [0, x];
  for (; z < 10; z++) shift += Math.log(z);
  const square = z * z;
  const series =
    (1 / 12 -
      (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360_360 / square) / square) / square) / square) /
        square) /
    z;
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}
