const tail = 0.025;

/**
 * How many of m fresh examples a threshold finds, in 95 of 100 cases, that was put at the k-th highest of n: the number
 * follows the beta-binomial distribution, whatever the probabilities are distributed like.
 *
 *     P(T = t) = C(m, t) · B(t + k, m - t + n - k + 1) / B(k, n - k + 1)       above: of k + 1 and n - k
 *
 * Wider than the interval of the share, since the fresh examples are a sample too.
 *
 * @returns the fewest and the most
 * @source Gumbel and von Schelling 1950, Annals of Mathematical Statistics 21:247, the number of exceedances
 */
export function freshRange(k: number, n: number, m: number): readonly [fewest: number, most: number] {
  const fewest = k === 0 ? 0 : lowerTail(m, { a: k, b: n - k + 1 });
  const most = k === n ? m : m - lowerTail(m, { a: n - k, b: k + 1 }); // the distribution mirrored
  return [fewest, most];
}

/** The least t whose P(T <= t) is above the tail, T beta-binomial of m, a and b. */
function lowerTail(m: number, { a, b }: { readonly a: number; readonly b: number }): number {
  let log = 0; // of P(T = t)
  for (let i = 0; i < m; i++) log += Math.log((b + i) / (a + b + i));
  let below = 0;
  for (let t = 0; t < m; t++) {
    below += Math.exp(log);
    if (below > tail) return t;
    log += Math.log(((m - t) / (t + 1)) * ((t + a) / (m - t - 1 + b)));
  }
  return m;
}
