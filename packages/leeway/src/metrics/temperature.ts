import { type CalibrationFit, shifted } from "./calibrated.ts";
import { requireLabels, requireScores } from "./ranking.ts";
import { fitOffsets, weighing } from "./weighing.ts";

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
  const { rows, wanted, weights, sure, doubt } = weighing(labels, { examples, counts });
  const weighted = rows.map((i) => [i, weights[labels[i]!]!] as const); // a class
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
