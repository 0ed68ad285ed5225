import { requireLabels, requireScores } from "./ranking.ts";

/** How far the probabilities of one class are from how often it comes; fractions of all examples. */
export interface ClassCalibration {
  /** Σ_b | Σ_{i in b} (p_ij - 1[y_i = j]) | / N over bins of p_j. */
  readonly error: number;
  /** What probabilities that are exactly right would show on as many examples, by the chance of their labels alone. */
  readonly byChance: number;
}

/** Bins of a class, at most, and how many of its examples each should expect. */
const [maxBins, expectedInBin] = [15, 10];

/**
 * The calibration error of each class's probabilities.
 *
 *     error_j = Σ_b | Σ_{i in b} (p_ij - 1[y_i = j]) | / N
 *
 * Bins hold equally many expected examples of the class, Σ p_ij, at least ten: bins of equal width would put nearly all
 * examples of a rare class's probabilities into the first. With few examples no error is 0, however good the
 * probabilities are; `byChance` is its mean where they are exactly right.
 *
 * @param probabilities p, [N, K] row by row, each row with sum 1
 * @param labels        y, length N
 * @returns length K
 * @throws ArgumentError if a shape or label does not fit, a probability is not finite, or there is no example
 * @source classes one by one: Kull et al. 2019 (arXiv:1910.12656), classwise calibration; bins of equal mass: Nixon et
 *   al. 2019 (arXiv:1904.01685), adaptive calibration error
 */
export function classCalibration(
  probabilities: Float32Array,
  labels: ArrayLike<number>,
  { classes }: { readonly classes: number },
): ClassCalibration[] {
  const examples = requireScores("classCalibration", probabilities, classes);
  requireLabels("classCalibration", labels, { classes, examples });
  return Array.from({ length: classes }, (_, j) => {
    const p = Float64Array.from({ length: examples }, (_, i) => probabilities[i * classes + j]!);
    return errorOf(p, (i) => labels[i] === j);
  });
}

/** Of one class: its probabilities, and whether an example is of it. */
function errorOf(p: Float64Array, isOwn: (i: number) => boolean): ClassCalibration {
  const order = Uint32Array.from(p.keys()).sort((a, b) => p[a]! - p[b]!);
  const total = p.reduce((sum, each) => sum + each, 0);
  const bins = Math.max(1, Math.min(maxBins, Math.floor(total / expectedInBin)));
  let [error, byChance, seen, filled] = [0, 0, 0, 0];
  let bin = { gap: 0, variance: 0 };
  order.forEach((i, at) => {
    const own = p[i]!;
    bin.gap += own - (isOwn(i) ? 1 : 0);
    bin.variance += own * (1 - own);
    seen += own;
    const next = order[at + 1];
    const isFull = next === undefined || (p[next]! > own && seen >= ((filled + 1) * total) / bins);
    if (!isFull) return;
    error += Math.abs(bin.gap);
    byChance += meanDeviation(bin.variance);
    filled = Math.floor((bins * seen) / total);
    bin = { gap: 0, variance: 0 };
  });
  return { error: error / p.length, byChance: byChance / p.length };
}

/**
 * E|X - λ| of a Poisson number: a count of rare examples is one, and a count of many is nearly normal as it is.
 *
 *     2 λ^(m + 1) e^-λ / m!, m = ⌊λ⌋
 *
 * @source Johnson, Kemp and Kotz 2005, Univariate Discrete Distributions, section 4.3; √(2λ/π) for large λ
 */
function meanDeviation(variance: number): number {
  if (variance > 100) return Math.sqrt((2 * variance) / Math.PI);
  const m = Math.floor(variance);
  let value = 2 * variance * Math.exp(-variance);
  for (let k = 1; k <= m; k++) value *= variance / k;
  return value;
}
