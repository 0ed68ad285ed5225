import { normalTail } from "../metrics/index.ts";
import { type Random, random } from "../random.ts";

const turns = 1000;

/**
 * The 95 % interval of a statistic of counts by the bootstrap: of 1,000 redrawn samples the 2.5 % and 97.5 % quantiles.
 * Each count is redrawn from a Poisson distribution of its size, which is what drawing as many examples again comes to
 * where a statistic is a ratio, and takes no pass over the examples.
 *
 * @param statistic of counts, as many as `counts`; null where it has none
 * @source Efron 1979, Annals of Statistics 7:1; the Poisson form: Hanley and MacGibbon 2006, Computer Methods and Programs
 *   in Biomedicine 83:57
 */
export function bootstrapInterval(
  counts: readonly number[],
  statistic: (counts: readonly number[]) => number | null,
): readonly [number, number] | null {
  const values = redrawn(counts, statistic);
  return values.length === 0 ? null : [quantile(values, 0.025), quantile(values, 0.975)];
}

/**
 * The 95 % interval of a statistic of counts by the bootstrap, corrected for its bias and for a spread that changes with
 * its value, as that of a share near 1 does: the quantiles are moved by
 *
 *     z₀ = Φ⁻¹(share of redrawn values below the statistic),   a = Σ d³ / (6 (Σ d²)^(3/2)),
 *
 * d being how much the statistic of all examples is above that without one of them.
 *
 * @source Efron 1987, Journal of the American Statistical Association 82:171, BCa
 */
export function correctedInterval(
  counts: readonly number[],
  statistic: (counts: readonly number[]) => number | null,
): readonly [number, number] | null {
  const own = statistic(counts);
  const values = redrawn(counts, statistic);
  if (own === null || values.length === 0) return null;
  const below = values.reduce((sum, value) => sum + (value < own ? 1 : value === own ? 0.5 : 0), 0);
  // Of a statistic that all redrawn samples agree on, nothing is to be corrected.
  const share = Math.min(1 - 0.5 / turns, Math.max(0.5 / turns, below / values.length));
  const bias = normalQuantile(share);
  const acceleration = accelerationOf(counts, own, statistic);
  const end = (z: number): number => {
    const moved = bias + z;
    return quantile(values, 1 - normalTail(bias + moved / (1 - acceleration * moved)));
  };
  const z = normalQuantile(0.975);
  return [Math.min(end(-z), own), Math.max(end(z), own)];
}

/** a of BCa, by leaving out one example of each count. */
function accelerationOf(
  counts: readonly number[],
  own: number,
  statistic: (counts: readonly number[]) => number | null,
): number {
  const without = counts.map((count, at) => {
    if (count === 0) return 0;
    const left = statistic(counts.map((each, other) => (other === at ? each - 1 : each)));
    return left === null ? 0 : own - left;
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  const mean = without.reduce((sum, each, at) => sum + counts[at]! * each, 0) / Math.max(1, total);
  let [squares, cubes] = [0, 0];
  without.forEach((each, at) => {
    const off = each - mean;
    squares += counts[at]! * off ** 2; // as many as counts
    cubes += counts[at]! * off ** 3; // likewise
  });
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** The statistic of 1,000 redrawn samples, ascending; of those that have none, less. */
function redrawn(
  counts: readonly number[],
  statistic: (counts: readonly number[]) => number | null,
): Float64Array {
  const draws = random(0, "bootstrap");
  const values: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const value = statistic(counts.map((count) => poisson(count, draws)));
    if (value !== null) values.push(value);
  }
  return Float64Array.from(values).sort();
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))]!; // in range
}

/** The z with Φ(z) = share, by bisection. */
function normalQuantile(share: number): number {
  let [low, high] = [-9, 9];
  for (let turn = 0; turn < 60; turn++) {
    const middle = (low + high) / 2;
    if (1 - normalTail(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** A number from a Poisson distribution: Knuth's product of uniforms below 30, above it the nearest normal. */
function poisson(mean: number, draws: Random): number {
  if (mean === 0) return 0;
  if (mean > 30) {
    const radius = Math.sqrt(-2 * Math.log(1 - draws.uniform()));
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * radius * Math.cos(2 * Math.PI * draws.uniform())));
  }
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit; product *= draws.uniform()) count++;
  return count;
}
