/** Densities of each example in each class, up to a factor that is the same for all classes of an example. */
export interface Densities {
  /** f, [N, K] row by row, at least 0, in each row one above 0. */
  readonly values: Float64Array;
  readonly classes: number;
}

/** How the shares of a mixture are found. */
interface ShareOptions {
  /** How often each example counts, length N; by default once. */
  readonly weights?: ArrayLike<number> | undefined;
  /** π⁰, length K: where the search begins, and the shares of one example more, so that none becomes 0. */
  readonly start: readonly number[];
  /** Where the search begins, if not at π⁰. */
  readonly from?: readonly number[];
  /** The search ends where a step changes no share by more than this part of it. */
  readonly tolerance?: number;
}

/** Rounds after which the search ends anyway; it takes about ten. */
const maxRounds = 300;

/**
 * The most likely shares of classes whose densities are known, by expectation maximisation.
 *
 *     π_j <- (Σ_i w_i π_j f_ij / Σ_k π_k f_ik + π⁰_j) / (Σ_i w_i + 1)
 *
 * The likelihood is concave in π, so there is one maximum. Steps of EM become small where classes overlap; every third
 * is therefore extrapolated from the two before.
 *
 * @returns π, length K, each above 0, sum 1
 * @source EM: Saerens, Latinne and Decaestecker 2002, Adjusting the outputs of a classifier to new a priori
 *   probabilities; the extrapolation: Varadhan and Roland 2008, SQUAREM with the step length S3
 */
export function mixtureShares(
  densities: Densities,
  { weights, start, from = start, tolerance = 1e-7 }: ShareOptions,
): number[] {
  const step = (shares: readonly number[]): number[] => emStep(densities, { shares, weights, start });
  let shares = [...from];
  for (let round = 0; round < maxRounds; round++) {
    const once = step(shares);
    const twice = step(once);
    if (once.every((share, j) => Math.abs(twice[j]! - share) <= tolerance * share)) return twice;
    shares = step(extrapolated(shares, once, twice));
  }
  return shares;
}

function emStep(
  { values, classes }: Densities,
  {
    shares,
    weights,
    start,
  }: Pick<ShareOptions, "weights" | "start"> & { readonly shares: readonly number[] },
): number[] {
  const parts = Float64Array.from(shares);
  const sums = new Float64Array(classes); // Σ_i w_i f_ij / Σ_k π_k f_ik
  let total = 1;
  const examples = values.length / classes;
  for (let i = 0; i < examples; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    if (weight === 0) continue;
    const row = i * classes;
    let density = 0;
    for (let j = 0; j < classes; j++) density += parts[j]! * values[row + j]!;
    const factor = weight / density;
    for (let j = 0; j < classes; j++) sums[j]! += factor * values[row + j]!;
    total += weight;
  }
  return shares.map((share, j) => (share * sums[j]! + start[j]!) / total);
}

/** Where steps that go on as two have begun would end; the second's own end where that is no share. */
function extrapolated(from: readonly number[], once: readonly number[], twice: readonly number[]): number[] {
  const first = once.map((share, j) => share - from[j]!);
  const bend = twice.map((share, j) => share - once[j]! - first[j]!);
  const norm = (v: readonly number[]): number => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
  const length = Math.max(1, norm(first) / Math.max(norm(bend), 1e-300));
  const far = from.map((share, j) => share + 2 * length * first[j]! + length * length * bend[j]!);
  return far.every((share) => share > 0 && share < 1) ? far : [...twice];
}
