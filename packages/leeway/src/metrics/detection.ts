import { expected } from "../errors.ts";

/** How well scores put the examples of one class, the positive one, before all others. */
export interface Detection {
  /** Examples of the positive class. */
  readonly positives: number;
  /** Σ (R_n - R_{n-1}) · P_n over the thresholds: the area under the precision-recall curve, in steps. */
  readonly averagePrecision: number;
  /** The chance that a positive example scores above a negative one; half of it where they tie. */
  readonly areaUnderRoc: number;
  /** Points of the precision-recall curve, recall ascending; at most 101 of them. */
  readonly curve: readonly {
    readonly recall: number;
    readonly precision: number;
    readonly threshold: number;
  }[];
}

/**
 * The precision-recall curve, average precision and area under the ROC curve of one class against the rest.
 *
 * Examples of one score share a threshold, so their order does not matter.
 *
 * @param scores   length N, finite; higher is more positive
 * @param positive length N, whether each example is of the class
 * @throws ArgumentError if the lengths differ, a score is not finite, or one of both sides has no example
 */
export function detectionOf(scores: ArrayLike<number>, positive: ArrayLike<boolean>): Detection {
  const detection = rankedDetection(scores, positive);
  return { ...detection, curve: thinned(detection.curve) };
}

/** As {@link detectionOf}, with every point of the curve. */
export function rankedDetection(scores: ArrayLike<number>, positive: ArrayLike<boolean>): Detection {
  const { length } = scores;
  if (positive.length !== length)
    throw expected("detectionOf", "positive", `to be ${length} labels`, positive.length);
  const bad = Array.prototype.findIndex.call(scores, (score: number) => !Number.isFinite(score));
  if (bad >= 0) throw expected("detectionOf", `scores[${bad}]`, "to be finite", scores[bad]!);
  const order = Uint32Array.from({ length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const positives = order.reduce((sum, i) => sum + (positive[i] === true ? 1 : 0), 0);
  if (positives === 0 || positives === length) {
    throw expected(
      "detectionOf",
      "positive",
      "to hold examples of the class and others",
      `${positives} of ${length}`,
    );
  }
  let [found, seen, gainedPrecision, above] = [0, 0, 0, 0]; // above: pairs that are in order
  const curve: { recall: number; precision: number; threshold: number }[] = [];
  while (seen < length) {
    const threshold = scores[order[seen]!]!;
    const before = { found, seen };
    for (; seen < length && scores[order[seen]!] === threshold; seen++)
      if (positive[order[seen]!] === true) found++;
    const gained = found - before.found;
    const negatives = seen - before.seen - gained;
    above += negatives * (before.found + gained / 2);
    if (gained === 0) continue;
    gainedPrecision += gained * (found / seen);
    curve.push({ recall: found / positives, precision: found / seen, threshold });
  }
  return {
    positives,
    averagePrecision: Math.min(1, gainedPrecision / positives), // sums of fractions may round up
    areaUnderRoc: above / (positives * (length - positives)),
    curve,
  };
}

/** At most 101 points, the first and the last among them. */
function thinned<T>(points: readonly T[]): T[] {
  const last = points.length - 1;
  if (last <= 100) return [...points];
  return Array.from({ length: 101 }, (_, i) => points[Math.round((i * last) / 100)]!);
}
