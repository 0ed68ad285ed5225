import { expected } from "../errors.ts";
import { classScores } from "./class-scores.ts";
import type { Confusion } from "./confusion.ts";

/**
 * Mean over the classes of F1 = 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall.
 *
 * Over the classes that have examples, like the other means here; a class that is only ever predicted still
 * costs the classes it was predicted for.
 *
 * @returns null where one class alone has examples: nothing is told apart then
 * @throws ArgumentError if there is no example
 */
export function macroF1(confusion: Confusion): number | null {
  const scores = classScores(confusion).flatMap(({ f1 }) => (f1 === null ? [] : [f1]));
  if (scores.length === 0) throw expected("macroF1", "confusion", "to count at least one example", 0);
  return scores.length === 1 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
