import { fittedExponent } from "../../imbalance/index.ts";
import type { LabelGain, ReportClass } from "./report-data.ts";

/** Examples more of a class whose effect is estimated. */
export const moreExamples = 50;

/** A class counts with so many test examples at least. */
const minTested = 10;

/**
 * What 50 more training examples of a class would probably bring, the largest gain first: errors fall with a power of the
 * count,
 *
 *     1 - recall_j ≈ e^a · n_j^(-b),
 *
 * fitted to the run's own classes by least squares of the logarithms, with b held in [0, 1]. It is a rule of thumb: classes
 * differ in more than their counts.
 *
 * @returns none where fewer than three classes can be fitted, or errors do not fall with the count
 */
export function labelGains(classes: readonly ReportClass[]): LabelGain[] {
  const known = classes.flatMap(({ recall, testCount, trainCount }, label) =>
    recall === null || testCount < minTested || trainCount < 1
      ? []
      : [{ label, trainCount, error: 1 - smoothed(recall, testCount) }],
  );
  const sizes = known.map(({ trainCount }) => trainCount);
  if (known.length < 3 || new Set(sizes).size < 2) return [];
  const { exponent } = fittedExponent(
    sizes,
    known.map(({ error }) => error),
  );
  const power = Math.min(1, exponent);
  if (power <= 0) return [];
  return known
    .map(({ label, trainCount, error }) => {
      const gain = error * (1 - (trainCount / (trainCount + moreExamples)) ** power);
      return { label, recall: gain, balanced: gain / classes.length };
    })
    .sort((a, b) => b.recall - a.recall);
}

/** A recall that is neither 0 nor 1, as if one example more had been half right. */
function smoothed(recall: number, examples: number): number {
  return (recall * examples + 0.5) / (examples + 1);
}
