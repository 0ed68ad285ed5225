import { permutation, random } from "../random.ts";
import { curveKinds } from "./calibration-curves.ts";
import {
  type CalibrationFit,
  type CalibrationKind,
  calibratedProbabilities,
  type ComparedKind,
} from "./calibrated.ts";
import { fitCurves } from "./fit-curves.ts";
import { fitCalibration } from "./temperature.ts";

/** The simplest first. */
const kinds: readonly CalibrationKind[] = ["temperature", ...curveKinds];
const folds = 5;
/** Fewer examples of any class than this choose nothing, and fewer than that no isotonic curve. */
const [minOfClass, minForIsotonic] = [folds, 100];
/** Folds of more N · K than this would take minutes. */
const maxCells = 200_000;

interface FitOptions {
  /** The training counts, whose frequencies the probabilities get. */
  readonly counts: readonly number[];
  /** s of the loss. */
  readonly scale?: number;
}

/**
 * Fits a calibration of a kind, or with "auto" of the one that cross-validation chooses: the simplest that is within one
 * standard error of the best.
 *
 * @throws ArgumentError if a shape or label does not fit or there is no example
 */
export function fitKind(
  examples: LabelledLogits,
  { kind, ...options }: FitOptions & { readonly kind: CalibrationKind | "auto" },
): CalibrationFit {
  const { logits, labels } = examples;
  const base = fitCalibration(logits, labels, options);
  const compared = kind === "auto" ? compareKinds(examples, options) : [];
  const chosen = kind === "auto" ? chosenKind(compared) : kind;
  const fit = chosen === "temperature" ? base : fitCurves(logits, labels, { ...options, kind: chosen, base });
  return compared.length === 0 ? fit : { ...fit, compared };
}

/** Logits, [N, K] row by row, and true classes, length N. */
export interface LabelledLogits {
  readonly logits: Float32Array;
  readonly labels: ArrayLike<number>;
}

/**
 * Compares kinds of calibration by cross-validation in five stratified folds.
 *
 * @returns the kinds, the simplest first; empty where a class has fewer than five examples, or there are too many
 */
export function compareKinds(
  examples: LabelledLogits,
  { counts, scale = 1, seed = 0 }: FitOptions & { readonly seed?: number },
): ComparedKind[] {
  const { logits, labels } = examples;
  const classes = counts.length;
  const seen = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) seen[labels[i]!]!++;
  if (seen.some((count) => count < minOfClass) || logits.length > maxCells) return [];
  // Two classes give Platt's curve nothing that the temperature and offsets have not.
  const few = seen.some((count) => count < minForIsotonic);
  const needless = [...(classes === 2 ? ["platt"] : []), ...(few ? ["isotonic"] : [])];
  const tried = kinds.filter((kind) => !needless.includes(kind));
  const fold = stratifiedFolds(labels, { classes, seed });
  const losses = tried.map(() => new Float64Array(labels.length));
  for (let f = 0; f < folds; f++) {
    const rest = taken(examples, { classes, rows: [...fold.keys()].filter((i) => fold[i] !== f) });
    const rows = [...fold.keys()].filter((i) => fold[i] === f);
    const held = taken(examples, { classes, rows });
    const base = fitCalibration(rest.logits, rest.labels, { counts, scale });
    tried.forEach((kind, k) => {
      const fit =
        kind === "temperature" ? base : fitCurves(rest.logits, rest.labels, { kind, base, counts, scale });
      const p = calibratedProbabilities(held.logits, fit, { classes, scale });
      rows.forEach((row, i) => {
        losses[k]![row] = -Math.log(Math.max(p[i * classes + labels[row]!]!, 1e-15));
      });
    });
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  const weights = Float64Array.from(labels, (y) => counts[y]! / total / seen[y]!);
  const means = losses.map((loss) => loss.reduce((sum, each, i) => sum + weights[i]! * each, 0));
  const best = means.indexOf(Math.min(...means));
  return tried.map((kind, k) => {
    const gaps = losses[k]!.map((loss, i) => loss - losses[best]![i]!);
    const behind = means[k]! - means[best]!;
    const squares = gaps.reduce((sum, gap, i) => sum + (weights[i]! * (gap - behind)) ** 2, 0);
    return { kind, logLoss: means[k]!, behind, standardError: Math.sqrt(squares) };
  });
}

/** The simplest kind that is within one standard error of the best; temperature where none were compared. */
export function chosenKind(compared: readonly ComparedKind[]): CalibrationKind {
  return compared.find(({ behind, standardError }) => behind <= standardError)?.kind ?? "temperature";
}

/** The fold of each example, so that every fold has as many of each class, give or take one. */
function stratifiedFolds(
  labels: ArrayLike<number>,
  { classes, seed }: { readonly classes: number; readonly seed: number },
): Uint8Array {
  const next = new Uint32Array(classes);
  const fold = new Uint8Array(labels.length);
  for (const i of permutation(labels.length, random(seed, "calibration folds"))) {
    fold[i] = next[labels[i]!]!++ % folds;
  }
  return fold;
}

function taken(
  { logits, labels }: LabelledLogits,
  { classes, rows }: { readonly classes: number; readonly rows: readonly number[] },
): LabelledLogits {
  const own = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => {
    own.set(logits.subarray(row * classes, (row + 1) * classes), i * classes);
  });
  return { logits: own, labels: Int32Array.from(rows, (row) => labels[row]!) };
}
