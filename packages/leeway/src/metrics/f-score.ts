import { expected } from "../errors.ts";
import { rowSums, type Confusion } from "./confusion.ts";

/**
 * Mean over the classes of F1 = 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall.
 *
 * Over the classes that have examples, like the other means here; a class that is only ever predicted still
 * costs the classes it was predicted for.
 *
 * @throws ArgumentError if there is no example
 */
export function macroF1(confusion: Confusion): number {
  const sizes = rowSums(confusion);
  const scores = confusion.flatMap((row, j) => {
    if (sizes[j]! === 0) return [];
    const predicted = confusion.reduce((sum, other) => sum + other[j]!, 0);
    return [(2 * row[j]!) / (sizes[j]! + predicted)]; // TP + FN = size, TP + FP = predicted
  });
  if (scores.length === 0) throw expected("macroF1", "confusion", "to count at least one example", 0);
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
