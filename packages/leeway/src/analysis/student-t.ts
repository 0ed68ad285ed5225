import { expected } from "../errors.ts";

/**
 * The t above which Student's distribution keeps half of what a two-sided interval leaves out.
 *
 * @param degrees    ν, a whole number of at least 1; n - 1 for the mean of n numbers
 * @param confidence what the interval holds, in (0, 1)
 * @returns t > 0 with P(|T| <= t) = confidence, to 1e-9 of its size
 * @throws ArgumentError if an argument is out of its range
 */
export function studentQuantile(degrees: number, confidence: number): number {
  if (!Number.isSafeInteger(degrees) || degrees < 1) {
    throw expected("studentQuantile", "degrees", "to be a whole number of at least 1", degrees);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw expected("studentQuantile", "confidence", "to be above 0 and below 1", confidence);
  }
  let [low, high] = [0, 1];
  while (withinT(high, degrees) < confidence) high *= 2;
  while (high - low > 1e-9 * high) {
    const middle = (low + high) / 2;
    if (withinT(middle, degrees) < confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * P(|T| <= t) for whole degrees of freedom ν, exactly: with tan θ = t/√ν,
 *
 *     ν even   sin θ · (1 + 1/2 cos²θ + (1·3)/(2·4) cos⁴θ + …)                        up to cos^(ν-2)
 *     ν odd    2/π · (θ + sin θ · (cos θ + 2/3 cos³θ + (2·4)/(3·5) cos⁵θ + …))         up to cos^(ν-2)
 *
 * @source Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4
 */
function withinT(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const odd = degrees % 2 === 1;
  let sum = 0;
  let term = odd ? cosine : 1;
  for (let power = odd ? 1 : 0; power <= degrees - 2; power += 2) {
    sum += term;
    term *= ((power + 1) / (power + 2)) * cosine ** 2;
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
