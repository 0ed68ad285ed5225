import { expected } from "../errors.ts";
import { classPriors } from "../imbalance/index.ts";
import { softmax } from "./calibration.ts";
import {
  type CalibrationCurve,
  type CurveKind,
  curveAt,
  logOddsOf,
  logSigmoid,
} from "./calibration-curves.ts";
import { requireScores } from "./ranking.ts";

/** How probabilities are made of logits: by temperature and offsets alone, or bent by a curve after them. */
export type CalibrationKind = "temperature" | CurveKind;

/** A kind, and how good its probabilities are on examples that it was not fitted on. */
export interface ComparedKind {
  readonly kind: CalibrationKind;
  /** Mean log loss, each class weighing as in the training data. */
  readonly logLoss: number;
  /** By how much it is above the best, and the standard error of that; both 0 of the best. */
  readonly behind: number;
  readonly standardError: number;
}

/** What makes probabilities of a network's logits, fitted on examples it was not trained on. */
export interface CalibrationFit {
  /** What bends the probabilities of temperature and offsets; absent where nothing does. */
  readonly kind?: CurveKind;
  /** The curve of class 1's log-odds of two classes, of each class's of more; absent where nothing bends. */
  readonly curves?: readonly CalibrationCurve[];
  /** Length K: after the curves, what gives probabilities the frequencies again, as offsets do before them. */
  readonly shifts?: readonly number[];
  /** How good each kind was on examples that it was not fitted on; absent where one was named. */
  readonly compared?: readonly ComparedKind[];
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
export type Calibration = Pick<CalibrationFit, "temperature" | "offsets" | "prior" | "curves" | "shifts">;
const unfitted: Calibration = { temperature: 1, offsets: [] };
/**
 * The probabilities that a run's calibration makes of logits: those that `leeway predict` writes and calibration is
 * measured by.
 *
 *     p = softmax(s · z / T + b)   with the frequencies of the training data, bent by curves where there are some;
 *     p = softmax(s · z / T)       of an older record
 *
 * @param logits      z, [N, K] row by row
 * @param calibration null where nothing was held out to fit it: softmax(s · z) then
 */
export function calibratedProbabilities(
  logits: Float32Array,
  calibration: Calibration | null,
  { classes, scale = 1 }: { readonly classes: number; readonly scale?: number },
): Float32Array {
  const { temperature, offsets, prior, curves, shifts = [] } = calibration ?? unfitted;
  if (prior === undefined) return softmax(logits, classes, { scale: scale / temperature });
  const examples = requireScores("calibratedProbabilities", logits, classes);
  const shift = { classes, factor: scale / temperature, offsets: new Float64Array(offsets) }; // twice as fast as from()
  const probabilities = new Float32Array(logits.length);
  for (let i = 0; i < examples; i++) {
    const own = shifted(logits, i, shift);
    probabilities.set(curves === undefined ? own : exponentials(bent(own, curves), shifts), i * classes);
  }
  return probabilities;
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
  { temperature, offsets, curves, shifts = [] }: Calibration,
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
  const ratios = Array.from(calibratedPrior(counts), (share, j) => Math.log(prior[j]! / share));
  const add = (to: readonly number[]): number[] => ratios.map((ratio, j) => to[j]! + ratio);
  const fit: Calibration =
    curves === undefined
      ? { temperature, offsets: add(offsets), prior: "training" }
      : { temperature, offsets, prior: "training", curves, shifts: add(shifts) };
  return calibratedProbabilities(logits, fit, { classes, scale });
}
/** A probability as predictions and thresholds show it: with six significant digits. */
export function shownProbability(probability: number): number {
  return Number(probability.toPrecision(6));
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
/** What curves make of probabilities: scores of which the softmax is taken. */
export function bent(p: Float64Array, curves: readonly CalibrationCurve[]): Float64Array {
  if (p.length === 2) return Float64Array.of(0, curveAt(curves[0]!, logOddsOf(p[1]!))); // two classes have one
  return p.map((own, j) => logSigmoid(curveAt(curves[j]!, logOddsOf(own)))); // a curve a class
}
interface Shift {
  readonly classes: number;
  readonly factor: number;
  readonly offsets: Float64Array;
}

/** softmax(factor · z_i + offsets) of one example. */
export function shifted(logits: Float32Array, i: number, { classes, factor, offsets }: Shift): Float64Array {
  const p = new Float64Array(classes);
  for (let j = 0; j < classes; j++) p[j] = factor * logits[i * classes + j]!;
  return exponentials(p, offsets);
}

/** softmax(scores + offsets), in place. */
function exponentials(scores: Float64Array, offsets: ArrayLike<number>): Float64Array {
  let top = -Infinity;
  for (let j = 0; j < scores.length; j++) {
    scores[j]! += offsets[j]!;
    top = Math.max(top, scores[j]!);
  }
  let sum = 0;
  for (let j = 0; j < scores.length; j++) sum += scores[j] = Math.exp(scores[j]! - top);
  for (let j = 0; j < scores.length; j++) scores[j]! /= sum;
  return scores;
}
