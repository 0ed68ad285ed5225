import { imbalanceRatio } from "../imbalance/index.ts";

/** From this ratio on most steps see no rare example, and accuracy tells nothing. */
const extreme = 1000;

/**
 * The share of the frequent class that ranked as well as all of it, for half of the work: at 1 : 1,000, on simulated
 * rows of docs/extreme.md, where a twentieth lost precision.
 */
const enough = 0.2;

/** Below so many examples an epoch is short, and nothing is gained by thinning. */
const large = 20_000;

/** What helps where a class is very rare, as numbers; K classes. */
export interface ExtremeRatio {
  /** The share of the rarest class: what average precision is by chance; accuracy is 1 minus it without finding any. */
  readonly baseRate: number;
  /** Whether there are two classes: of those, thresholds and average precision are the rarer one's. */
  readonly isBinary: boolean;
  /** The share for `--keep-negatives`, and how many examples it leaves; null where there is little to thin. */
  readonly keepNegatives: { readonly share: number; readonly examples: number } | null;
  /** A count for `--min-per-batch` of the rarest class; null where a batch has that many as drawn. */
  readonly minPerBatch: number | null;
}

/**
 * What helps at an imbalance ratio of 1,000 and beyond; null below.
 *
 * @param counts n_j, length K, none of them 0
 * @param batchSize examples a step
 */
export function extremeRatioOf(counts: readonly number[], batchSize: number): ExtremeRatio | null {
  if (imbalanceRatio(counts) < extreme) return null;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const [largest, next] = counts.toSorted((a, b) => b - a) as [number, number]; // two classes at least
  const rarest = Math.min(...counts);
  // Never below the next frequent class, where training stops to thin.
  const left = total - largest + Math.max(next, Math.round(enough * largest));
  const wanted = 2;
  return {
    baseRate: rarest / total,
    isBinary: counts.length === 2,
    keepNegatives: total < large || left > total / 2 ? null : { share: enough, examples: left },
    minPerBatch: batchSize < 4 * wanted || (batchSize * rarest) / total >= wanted ? null : wanted,
  };
}
