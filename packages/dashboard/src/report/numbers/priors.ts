import type { Scores } from "./packed.ts";

/** What predictions come to where classes have other frequencies, and predictions know them. */
export interface PriorOutcome {
  /** Of cases with these frequencies. */
  readonly accuracy: number;
  /** Mean recall over the classes that have examples. */
  readonly balancedAccuracy: number;
  /** Length K; NaN without a test example. */
  readonly recalls: Float64Array;
  /** Of cases with these frequencies; NaN for a class that is never predicted. */
  readonly precisions: Float64Array;
  /** The share of cases that each class is predicted for. */
  readonly predicted: Float64Array;
}

/**
 * Moves the frequencies of predictions, and counts them anew.
 *
 *     ŷ_i = argmax_j log p_ij + log(π'_j / π_j)
 *     accuracy = Σ_j π'_j R_j        precision_j = π'_j R_j / Σ_i π'_i P(ŷ = j | y = i)
 *
 * The argmax alone is needed: no exponential, so that a million scores take a few milliseconds. Of many classes it is among
 * the likeliest of each example, which are all that is kept.
 *
 * @param prior π', length K, at least 0, with sum 1
 */
export function outcomeAt(
  { logProbabilities, classes: kept, labels, prior: from }: Scores,
  prior: readonly number[],
): PriorOutcome {
  const classes = prior.length;
  const shifts = Float64Array.from(prior, (share, j) => Math.log(share / from[j]!));
  const sizes = new Float64Array(classes);
  for (const label of labels) sizes[label]!++;
  const right = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  const width = logProbabilities.length / labels.length;
  // Of the likeliest classes, which are in order, none after can win once the largest shift lifts one no higher.
  const lift = kept === null ? Infinity : Math.max(...shifts);
  for (let i = 0; i < labels.length; i++) {
    let best = 0;
    let top = -Infinity;
    for (let k = 0, at = i * width; k < width; k++, at++) {
      if (logProbabilities[at]! + lift <= top) break; // as many
      const j = kept === null ? k : kept[at]!; // as many
      const score = logProbabilities[at]! + shifts[j]!;
      if (score > top) {
        best = j;
        top = score;
      }
    }
    const label = labels[i]!;
    if (best === label) right[label]!++;
    predicted[best]! += prior[label]! / sizes[label]!;
  }
  const recalls = right.map((count, j) => count / sizes[j]!);
  const tested = recalls.filter((recall) => !Number.isNaN(recall));
  return {
    accuracy: sum(prior.map((share, j) => (sizes[j] === 0 ? 0 : share * recalls[j]!))),
    balancedAccuracy: sum(tested) / tested.length,
    recalls,
    precisions: predicted.map((share, j) => (prior[j]! * recalls[j]!) / share),
    predicted,
  };
}

/**
 * Frequencies in which some classes have a share together; inside, they and the others keep their ratios.
 *
 * @param base  π, length K, with sum 1
 * @param share of `among`, in (0, 1)
 */
export function priorWithShare(base: readonly number[], among: ReadonlySet<number>, share: number): number[] {
  const held = sum(base.filter((_, j) => among.has(j)));
  if (held === 0) return base.map((own, j) => (among.has(j) ? share / among.size : own * (1 - share)));
  return base.map((own, j) => (among.has(j) ? (own / held) * share : (own / (1 - held)) * (1 - share)));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
