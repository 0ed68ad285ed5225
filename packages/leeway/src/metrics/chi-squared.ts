/**
 * The chance that a χ² of `degrees` is at least `statistic`, within a few per cent of itself.
 *
 * @param degrees above 0
 * @source Wilson and Hilferty 1931: the cube root of χ² / k is nearly normal, with mean 1 - 2 / 9k and variance 2 / 9k
 */
export function chiSquaredTail(statistic: number, degrees: number): number {
  const variance = 2 / (9 * degrees);
  return normalTail((Math.cbrt(statistic / degrees) - 1 + variance) / Math.sqrt(variance));
}

/**
 * The chance that a standard normal number is at least z, to 1e-7.
 *
 * @source Abramowitz and Stegun 1964, 26.2.17
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (series * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}
