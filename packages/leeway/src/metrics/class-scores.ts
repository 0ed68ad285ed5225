import { rowSums, type Confusion } from "./confusion.ts";

/** How well one class is recognised; fractions in [0, 1]. */
export interface ClassScores {
  /** TP + FN, its examples. */
  readonly examples: number;
  /** TP + FP, how often it was predicted. */
  readonly predicted: number;
  /** TP / (TP + FP); null for a class that was never predicted. */
  readonly precision: number | null;
  /** TP / (TP + FN); null for a class without an example. */
  readonly recall: number | null;
  /** 2 TP / (2 TP + FP + FN), their harmonic mean; null for a class without an example. */
  readonly f1: number | null;
}

/** Precision, recall and F1 of each class, length K. */
export function classScores(confusion: Confusion): ClassScores[] {
  const sizes = rowSums(confusion);
  return confusion.map((row, j) => {
    const [right, examples] = [row[j]!, sizes[j]!]; // of K rows and K columns
    const predicted = confusion.reduce((sum, other) => sum + other[j]!, 0);
    return {
      ...{ examples, predicted },
      precision: predicted === 0 ? null : right / predicted,
      recall: examples === 0 ? null : right / examples,
      f1: examples === 0 ? null : (2 * right) / (examples + predicted),
    };
  });
}
