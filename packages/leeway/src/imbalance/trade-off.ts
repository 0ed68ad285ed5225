import { expected } from "../errors.ts";
import { requireCounts, type ClassCounts } from "./class-counts.ts";
import { defaultExponent } from "./margins.ts";

/** Two numbers, one for each class. */
export type Pair = readonly [first: number, second: number];

/**
 * The exponent p of the best margins γ_j ∝ n_j^(-p) where error falls as n^(-r): p = r / (1 + 2r).
 *
 * An error of that rate is bounded by (1/(γ_j √n_j))^(2r). Minimising Σ_j γ_j^(-2r) n_j^(-r) for a fixed Σ_j γ_j
 * makes γ_j^(-2r-1) n_j^(-r) the same for all classes, so γ_j ∝ n_j^(-r/(2r+1)). The slow rate 1/√n (r = 1/2)
 * gives 1/4, the fast rate 1/n (r = 1) gives 1/3; no rate gives 1/2 or more.
 *
 * @param rate r, above 0
 * @returns p in (0, 1/2)
 * @throws ArgumentError if `rate` is not above 0
 */
export function exponentOfRate(rate: number): number {
  if (!(rate > 0 && rate < Infinity)) throw expected("exponentOfRate", "rate", "to be above 0", rate);
  return rate / (1 + 2 * rate);
}

/**
 * The rate r at which error must fall, as n^(-r), for γ_j ∝ n_j^(-p) to be best: r = p / (1 - 2p), the inverse of
 * {@link exponentOfRate}.
 *
 * @param exponent p in (0, 1/2)
 * @throws ArgumentError if `exponent` is not in (0, 1/2)
 */
export function rateOfExponent(exponent: number): number {
  if (!(exponent > 0 && exponent < 0.5)) {
    const advice = "No rate gives another: 1/4 is that of 1/√n, 1/3 that of 1/n.";
    throw expected("rateOfExponent", "exponent", "to be in (0, 1/2)", exponent, advice);
  }
  return exponent / (1 - 2 * exponent);
}

/**
 * What two margins cost: Σ_i (1/(γ_i √n_i))^(2r) with r the rate of the exponent; for p = 1/4
 *
 *     1/(γ₁ √n₁) + 1/(γ₂ √n₂)
 *
 * the balanced bound (5) up to a factor, without its low-order terms.
 *
 * @param counts   n₁ and n₂
 * @param margins  γ₁ and γ₂; one that is not above 0 costs Infinity
 * @param exponent p in (0, 1/2)
 * @throws ArgumentError if there are not two classes or `exponent` is not in (0, 1/2)
 * @source Cao et al. 2019 (arXiv:1906.07413v2), eqs. 6 and 7; the free exponent is ours
 */
export function tradeOffCost(
  counts: ClassCounts,
  margins: Pair,
  { exponent = defaultExponent } = {},
): number {
  const [n1, n2] = requireTwo("tradeOffCost", counts);
  const power = -2 * rateOfExponent(exponent);
  const [first, second] = margins;
  if (!(first > 0 && second > 0)) return Infinity;
  return (first * Math.sqrt(n1)) ** power + (second * Math.sqrt(n2)) ** power;
}

/**
 * Theorem 3: the two margins of sum β that cost least,
 *
 *     γ₁ = β n₂^p / (n₁^p + n₂^p),   γ₂ = β n₁^p / (n₁^p + n₂^p).
 *
 * Moving the decision boundary changes γ₁ and γ₂ but not their sum.
 *
 * @param counts   n₁ and n₂
 * @param sum      β = γ₁ + γ₂, above 0
 * @param exponent p in (0, 1/2)
 * @returns γ₁ and γ₂
 * @throws ArgumentError if there are not two classes, or a number is out of its range
 * @source Cao et al. 2019 (arXiv:1906.07413v2), Theorem 3
 */
export function bestMargins(counts: ClassCounts, sum: number, { exponent = defaultExponent } = {}): Pair {
  const [n1, n2] = requireTwo("bestMargins", counts);
  rateOfExponent(exponent); // refuses an exponent that is best for nothing
  if (!(sum > 0 && sum < Infinity)) {
    throw expected(
      "bestMargins",
      "sum",
      "to be above 0",
      sum,
      "Classes that are not separable have no margins.",
    );
  }
  const odds = (n2 / n1) ** exponent; // γ₁ / γ₂
  return [(sum * odds) / (1 + odds), sum / (1 + odds)];
}

/**
 * The shift that turns the margins there are into those wanted: b = (γ₁ - γ₁')/2, added to the first class's bias
 * and taken from the second's. It moves γ₁ by 2b and γ₂ by -2b.
 *
 * @param from γ₁' and γ₂'
 * @param to   γ₁ and γ₂, of the same sum
 * @returns b, in logits
 * @throws ArgumentError if the sums differ by more than rounding: no shift does that
 * @source Cao et al. 2019 (arXiv:1906.07413v2), Theorem 3
 */
export function biasShift(from: Pair, to: Pair): number {
  const [before, after] = [from[0] + from[1], to[0] + to[1]];
  if (!(Math.abs(after - before) <= 1e-9 * (Math.abs(from[0]) + Math.abs(from[1])))) {
    throw expected(
      "biasShift",
      "margins",
      `to have the sum ${before}`,
      after,
      "A shift of the bias keeps their sum.",
    );
  }
  return (to[0] - from[0]) / 2;
}

function requireTwo(where: string, counts: ClassCounts): Pair {
  requireCounts(where, counts);
  if (counts.length !== 2) throw expected(where, "counts", "to be of exactly 2 classes", counts.length);
  return [counts[0]!, counts[1]!]; // two of them
}
