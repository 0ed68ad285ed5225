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
  const draws = random(0, "bootstrap");
  const values: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const value = statistic(counts.map((count) => poisson(count, draws)));
    if (value !== null) values.push(value);
  }
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const at = (share: number): number => values[Math.round(share * (values.length - 1))]!; // in range
  return [at(0.025), at(0.975)];
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
