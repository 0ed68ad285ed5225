import { calibratedPrior, shifted } from "./calibrated.ts";

/** More examples than this change nothing that can be seen. */
const maxExamples = 20_000;

/** The examples that are read, and how they count. */
export interface Weighing {
  readonly rows: readonly number[];
  /** π */
  readonly wanted: Float64Array;
  /** w of each class. */
  readonly weights: Float64Array;
  /** t_ij of an example's own class, and of each other. */
  readonly sure: number;
  readonly doubt: number;
}

/** Which examples a calibration is fitted on, and how they count: each class as much as in the training data. */
export function weighing(
  labels: ArrayLike<number>,
  { examples, counts }: { readonly examples: number; readonly counts: readonly number[] },
): Weighing {
  const rows = readRows(labels, { examples, classes: counts.length });
  const wanted = calibratedPrior(counts);
  const weights = classWeights(
    rows.map((i) => labels[i]!),
    wanted,
  );
  const doubt = 1 / (rows.length + 2) / (counts.length - 1);
  return { rows, wanted, weights, sure: 1 - doubt * (counts.length - 1), doubt };
}

/**
 * The examples that are read, ascending: all of them, or of each class as many as make {@link maxExamples} in all, evenly
 * spaced. One of every few would leave next to nothing of a class of one in ten thousand.
 */
function readRows(
  labels: ArrayLike<number>,
  { examples, classes }: { readonly examples: number; readonly classes: number },
): number[] {
  const all = Array.from({ length: examples }, (_, i) => i);
  if (examples <= maxExamples) return all;
  const own = new Uint32Array(classes);
  for (const i of all) own[labels[i]!]! += 1; // a class
  const max = maxOfClass(own);
  const seen = new Uint32Array(classes);
  return all.filter((i) => {
    const y = labels[i]!;
    const nth = seen[y]!++; // a class
    const share = Math.min(1, max / own[y]!);
    return Math.floor((nth + 1) * share) > Math.floor(nth * share);
  });
}

/** The largest number of examples of a class with which no more than {@link maxExamples} are read in all. */
function maxOfClass(own: Uint32Array): number {
  let left = maxExamples;
  for (const [j, count] of own.toSorted().entries()) {
    const share = Math.floor(left / (own.length - j));
    if (count > share) return share;
    left -= count;
  }
  return Infinity;
}

/** What an example of each class weighs, so that classes have the wanted shares of a sum of 1. */
function classWeights(labels: readonly number[], wanted: Float64Array): Float64Array {
  const counts = new Float64Array(wanted.length);
  for (const label of labels) counts[label]! += 1;
  const present = wanted.reduce((sum, share, j) => sum + (counts[j]! > 0 ? share : 0), 0);
  return wanted.map((share, j) => (counts[j]! > 0 ? share / counts[j]! / present : 0));
}
/**
 * Class offsets with which the mean of softmax(factor · z + b) over weighted examples is the wanted share of each class.
 */
export function fitOffsets(
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
