import { expected } from "../errors.ts";
import { random } from "../random.ts";
import { logOddsOf } from "./calibration-curves.ts";
import { chiSquaredTail } from "./chi-squared.ts";
import { type Densities, mixtureShares } from "./mixture-shares.ts";
import { requireScores } from "./ranking.ts";

/** The class frequencies that unlabelled examples have, as far as their probabilities tell. */
export interface PriorEstimate {
  /** π', length K, each above 0, sum 1. */
  readonly prior: readonly number[];
  /** The 95 % interval of each share, length K. */
  readonly intervals: readonly (readonly [low: number, high: number])[];
  /** How many examples it was made of. */
  readonly examples: number;
  /** Against the frequencies that the probabilities had. */
  readonly drift: PriorDrift;
}

/** Whether frequencies differ from others by more than chance. */
export interface PriorDrift {
  /** 2 (ℓ(π') - ℓ(π)) / (1 + N / M), about K - 1 where nothing has changed. */
  readonly statistic: number;
  /** The chance of such a statistic, or a larger one, where nothing has changed. */
  readonly chance: number;
  /** Whether that is less than 1 in 100. */
  readonly found: boolean;
  /** The classes that differ by themselves, at 1 in 100 K; empty where nothing was found. */
  readonly classes: readonly number[];
}

/** Fewer examples than this say nothing of frequencies. */
export const minForPrior = 50;
/** More examples than N with N · K of this change nothing that can be seen, and take long. */
const maxCells = 400_000;
const replicates = 200;
/** How often a drift may be found where there is none. */
const falseAlarms = 0.01;

/**
 * Estimates the class frequencies of unlabelled examples from their probabilities, by maximum likelihood: the examples
 * may have other frequencies than the training data, but within each class they look as they did there.
 *
 *     π' = argmax Σ_i log Σ_j p_ij π'_j / π_j
 *
 * Intervals are percentiles of estimates of N examples drawn again. The calibration errs, too: it rests on M examples of
 * known classes, from which shares could be told no better. So intervals are √(1 + N / M) times as wide, in log-odds, and
 * the statistic of the test is divided by 1 + N / M. Of many examples a part is read, evenly spaced.
 *
 * @param probabilities p, [N, K] row by row, calibrated: they have the frequencies π
 * @param prior         π, length K, above 0
 * @param calibratedOn  M; by default the probabilities are exact
 * @throws ArgumentError for fewer than 50 examples
 * @source Saerens, Latinne and Decaestecker 2002, Adjusting the outputs of a classifier to new a priori probabilities:
 *   EM, and the likelihood ratio as χ² with K - 1 degrees of freedom
 */
export function estimatePrior(
  probabilities: Float32Array,
  {
    prior,
    calibratedOn = Infinity,
    seed = 0,
  }: { readonly prior: readonly number[]; readonly calibratedOn?: number; readonly seed?: number },
): PriorEstimate {
  const classes = prior.length;
  const examples = requireScores("estimatePrior", probabilities, classes);
  if (examples < minForPrior) {
    const what = `to be of at least ${minForPrior} examples, which tell frequencies`;
    throw expected("estimatePrior", "probabilities", what, examples);
  }
  const densities = densitiesOf(probabilities, prior);
  const used = densities.values.length / classes;
  const factor = Math.sqrt(1 + used / calibratedOn);
  const shares = mixtureShares(densities, { start: prior });
  const from = random(seed, "live prior");
  const again = Array.from({ length: replicates }, () => {
    const weights = new Uint32Array(used);
    for (let i = 0; i < used; i++) weights[from.below(used)]!++;
    return mixtureShares(densities, { start: prior, from: shares, weights, tolerance: 1e-3 });
  });
  return {
    prior: shares,
    intervals: shares.map((share, j) => {
      const [low, high] = interval95(again.map((each) => each[j]!));
      return [widened(low, { about: share, factor }), widened(high, { about: share, factor })] as const;
    }),
    examples: used,
    drift: driftOf(densities, { prior, shares, again, factor }),
  };
}

/** p_ij / π_j of every s-th example. */
function densitiesOf(probabilities: Float32Array, prior: readonly number[]): Densities {
  const classes = prior.length;
  const examples = probabilities.length / classes;
  const most = Math.max(minForPrior, Math.floor(maxCells / classes));
  const spacing = Math.max(1, Math.ceil(examples / most));
  const values = new Float64Array(Math.ceil(examples / spacing) * classes);
  for (let at = 0; at < values.length; at++) {
    const [i, j] = [Math.floor(at / classes), at % classes];
    values[at] = probabilities[i * spacing * classes + j]! / prior[j]!;
  }
  return { values, classes };
}

function driftOf(
  { values, classes }: Densities,
  {
    prior,
    shares,
    again,
    factor,
  }: {
    readonly prior: readonly number[];
    readonly shares: readonly number[];
    readonly again: readonly (readonly number[])[];
    readonly factor: number;
  },
): PriorDrift {
  let gained = 0; // ℓ(π') - ℓ(π), where ℓ(π) = Σ log Σ_j p_ij = 0
  for (let row = 0; row < values.length; row += classes) {
    let density = 0;
    for (let j = 0; j < classes; j++) density += shares[j]! * values[row + j]!;
    gained += Math.log(density);
  }
  const statistic = Math.max(0, 2 * gained) / factor ** 2;
  const chance = classes === 1 ? 1 : chiSquaredTail(statistic, classes - 1);
  const found = chance < falseAlarms;
  const differs = (j: number): boolean => {
    const spread = factor * deviation(again.map((each) => Math.log(each[j]!)));
    return chiSquaredTail((Math.log(shares[j]! / prior[j]!) / spread) ** 2, 1) < falseAlarms / classes;
  };
  return { statistic, chance, found, classes: found ? [...shares.keys()].filter(differs) : [] };
}

/** A share that is `factor` times as far from another, in log-odds. */
function widened(
  share: number,
  { about, factor }: { readonly about: number; readonly factor: number },
): number {
  const middle = logOddsOf(about);
  return 1 / (1 + Math.exp(-(middle + factor * (logOddsOf(share) - middle))));
}

function interval95(values: readonly number[]): readonly [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  return [at(0.025), at(0.975)];
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
