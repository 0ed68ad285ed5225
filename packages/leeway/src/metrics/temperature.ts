import { expected } from "../errors.ts";
import { classPriors } from "../imbalance/index.ts";
import { softmax } from "./calibration.ts";
import { requireLabels, requireScores } from "./ranking.ts";

/** What makes probabilities of a network's logits, fitted on examples it was not trained on. */
export interface CalibrationFit {
  /** T: probabilities are softmax(s · z / T). */
  readonly temperature: number;
  /**
   * b, length K: softmax(s · z / T + b) has on these examples the class frequencies of the training data, which undoes
   * what a method that re-balances makes of them. What is known of other frequencies can be multiplied onto these.
   */
  readonly offsets: readonly number[];
  /** How many examples it was fitted on. */
  readonly examples: number;
  /**
   * The class frequencies that probabilities have by default: those of the training data. Absent in older records, whose
   * b counts only where frequencies are named.
   */
  readonly prior?: "training";
}

/** The part of a calibration that makes probabilities. */
export type Calibration = Pick<CalibrationFit, "temperature" | "offsets" | "prior">;

/** More examples than this change nothing that can be seen. */
const maxExamples = 20_000;
/** Turns that temperature and offsets take; most end after three. */
const maxTurns = 10;
const [minLog, maxLog] = [Math.log(0.02), Math.log(50)];

/**
 * Fits a temperature and class offsets to logits, in turns until neither changes.
 *
 *     T = argmin -Σ_i w_i Σ_j t_ij log softmax((s · z_i + c) / T)_j       by golden section over log T
 *     b_j <- b_j + log(π_j / Σ_i w_i softmax(s · z_i / T + b)_j)   until nothing changes; π_j = (n_j + 1) / (n + K)
 *
 * An example weighs w_i ∝ π_y / n'_y, n' the counts of the examples: each class as much as in the training data, whatever
 * share of the examples it has. A validation split of other files may have other frequencies, and one of a single
 * example of a class does not know how rare it is.
 *
 * In its turn T keeps c = T · b, so that it turns probabilities about the places where classes are equally probable
 * and does not move these.
 *
 * The target of an example's class is not 1 but (N + 1) / (N + 2), the rest shared by the others, as if one of N + 2
 * had another class than was seen: where a network gets all of them right, T would else fall without end and every
 * probability be 0 or 1.
 *
 * @param logits z, [N, K] row by row, finite
 * @param labels length N
 * @param counts n, the training counts, whose frequencies b aims at
 * @param scale  s of the loss
 * @throws ArgumentError if a shape or label does not fit or there is no example
 * @source the temperature: Guo et al. 2017 (arXiv:1706.04599), section 4.2; the targets: Laplace's rule of succession,
 *   which Platt 1999, section 2.2, uses for each of two classes. For each of K classes it would leave rare ones nothing
 *   but doubt, so that here it is used once, for all.
 */
export function fitCalibration(
  logits: Float32Array,
  labels: ArrayLike<number>,
  { counts, scale = 1 }: { readonly counts: readonly number[]; readonly scale?: number },
): CalibrationFit {
  const classes = counts.length;
  const examples = requireScores("fitCalibration", logits, classes);
  requireLabels("fitCalibration", labels, { classes, examples });
  const step = Math.max(1, Math.ceil(examples / maxExamples));
  const rows = Array.from({ length: Math.ceil(examples / step) }, (_, i) => i * step);
  const wanted = calibratedPrior(counts);
  const weights = classWeights(
    rows.map((i) => labels[i]!),
    wanted,
  );
  const weighted = rows.map((i) => [i, weights[labels[i]!]!] as const); // a class
  const doubt = 1 / (rows.length + 2) / (classes - 1); // t_ij of each class but the example's own
  const sure = 1 - doubt * (classes - 1);
  const lossWith = (shifts: Float64Array) => (logT: number) => {
    const t = Math.exp(logT);
    const moved = shifts.map((shift) => shift / t);
    let sum = 0;
    for (const i of rows) {
      const y = labels[i]!;
      const p = shifted(logits, i, { classes, factor: scale / t, offsets: moved });
      for (let j = 0; j < classes; j++) {
        sum -= weights[y]! * (j === y ? sure : doubt) * Math.log(Math.max(p[j]!, 1e-300)); // y is a class
      }
    }
    return sum;
  };
  let temperature = 1;
  let offsets = fitOffsets(logits, { weighted, factor: scale, wanted, from: new Float64Array(classes) });
  for (let turn = 0; turn < maxTurns; turn++) {
    const shifts = offsets.map((offset) => temperature * offset); // c
    const before = temperature;
    temperature = Math.exp(goldenSection(lossWith(shifts), minLog, maxLog));
    const from = shifts.map((shift) => shift / temperature);
    offsets = fitOffsets(logits, { weighted, factor: scale / temperature, wanted, from });
    if (Math.abs(Math.log(temperature / before)) < 1e-3) break;
  }
  return { temperature, offsets: Array.from(offsets), examples: rows.length, prior: "training" };
}

/**
 * The probabilities that a run's calibration makes of logits: those that `leeway predict` writes and calibration is
 * measured by.
 *
 *     p = softmax(s · z / T + b)   with the frequencies of the training data, else   p = softmax(s · z / T)
 *
 * @param logits      z, [N, K] row by row
 * @param calibration null where nothing was held out to fit it: softmax(s · z) then
 */
export function calibratedProbabilities(
  logits: Float32Array,
  calibration: Calibration | null,
  { classes, scale = 1 }: { readonly classes: number; readonly scale?: number },
): Float32Array {
  const { temperature, offsets, prior } = calibration ?? { temperature: 1, offsets: [] };
  if (prior === undefined) return softmax(logits, classes, { scale: scale / temperature });
  const examples = requireScores("calibratedProbabilities", logits, classes);
  const shift = { classes, factor: scale / temperature, offsets: Float64Array.from(offsets) };
  const probabilities = new Float32Array(logits.length);
  for (let i = 0; i < examples; i++) probabilities.set(shifted(logits, i, shift), i * classes);
  return probabilities;
}

/** A probability as predictions and thresholds show it: with six significant digits. */
export function shownProbability(probability: number): number {
  return Number(probability.toPrecision(6));
}

/**
 * Probabilities for class frequencies of one's own.
 *
 *     p_j ∝ e^{s z_j / T + b_j} · π'_j / π_j
 *
 * @param logits z, [N, K] row by row
 * @param prior  π', length K, above 0; it need not sum to 1
 * @param counts the training counts, which stand for π
 */
export function withPrior(
  logits: Float32Array,
  { temperature, offsets }: Calibration,
  {
    prior,
    counts,
    scale = 1,
  }: { readonly prior: readonly number[]; readonly counts: readonly number[]; readonly scale?: number },
): Float32Array {
  const classes = counts.length;
  if (prior.length !== classes || !prior.every((share) => share > 0 && Number.isFinite(share))) {
    throw expected("withPrior", "prior", `to be ${classes} numbers above 0, one a class`, prior);
  }
  const moved = calibratedPrior(counts).map((share, j) => offsets[j]! + Math.log(prior[j]! / share));
  const fit = { temperature, offsets: Array.from(moved), prior: "training" } as const;
  return calibratedProbabilities(logits, fit, { classes, scale });
}

interface Shift {
  readonly classes: number;
  readonly factor: number;
  readonly offsets: Float64Array;
}

/** softmax(factor · z_i + offsets) of one example. */
function shifted(logits: Float32Array, i: number, { classes, factor, offsets }: Shift): Float64Array {
  const p = new Float64Array(classes);
  let top = -Infinity;
  for (let j = 0; j < classes; j++) {
    p[j] = factor * logits[i * classes + j]! + offsets[j]!;
    top = Math.max(top, p[j]!);
  }
  let sum = 0;
  for (let j = 0; j < classes; j++) sum += p[j] = Math.exp(p[j]! - top);
  for (let j = 0; j < classes; j++) p[j]! /= sum;
  return p;
}

/**
 * The class frequencies that calibrated probabilities have: those of the training data, with one example more of each
 * class.
 *
 *     π_j = (n_j + 1) / (n + K)
 */
export function calibratedPrior(counts: readonly number[]): Float64Array {
  return classPriors(counts.map((count) => count + 1));
}

/** What an example of each class weighs, so that classes have the wanted shares of a sum of 1. */
function classWeights(labels: readonly number[], wanted: Float64Array): Float64Array {
  const counts = new Float64Array(wanted.length);
  for (const label of labels) counts[label]! += 1;
  const present = wanted.reduce((sum, share, j) => sum + (counts[j]! > 0 ? share : 0), 0);
  return wanted.map((share, j) => (counts[j]! > 0 ? share / counts[j]! / present : 0));
}

function fitOffsets(
  logits: Float32Array,
  {
    weighted,
    factor,
    wanted,
    from,
  }: {
    /** Examples, each with its weight; these have the sum 1. */
    readonly weighted: readonly (readonly [example: number, weight: number])[];
    readonly factor: number;
    readonly wanted: Float64Array;
    readonly from: Float64Array;
  },
): Float64Array {
  const classes = wanted.length;
  const offsets = Float64Array.from(from);
  for (let round = 0; round < 100; round++) {
    const mean = new Float64Array(classes);
    for (const [i, weight] of weighted) {
      const p = shifted(logits, i, { classes, factor, offsets });
      for (let j = 0; j < classes; j++) mean[j]! += weight * p[j]!;
    }
    let change = 0;
    for (let j = 0; j < classes; j++) {
      const step = Math.max(-2, Math.min(2, Math.log(wanted[j]! / Math.max(mean[j]!, 1e-12))));
      offsets[j]! += step;
      change = Math.max(change, Math.abs(step));
    }
    if (change < 1e-4) break;
  }
  const middle = offsets.reduce((sum, offset) => sum + offset, 0) / classes; // only differences count
  return offsets.map((offset) => offset - middle);
}

/** The minimum of a function with one valley in [from, to], to 1e-4. */
export function goldenSection(f: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [from, to];
  let [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [fa, fb] = [f(a), f(b)];
  while (high - low > 1e-4) {
    if (fa <= fb) {
      [high, b, fb] = [b, a, fa];
      a = high - ratio * (high - low);
      fa = f(a);
    } else {
      [low, a, fa] = [a, b, fb];
      b = low + ratio * (high - low);
      fb = f(b);
    }
  }
  return (low + high) / 2;
}
