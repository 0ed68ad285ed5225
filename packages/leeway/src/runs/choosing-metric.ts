import type { Recipe } from "../recipe/index.ts";
import type { ChoosingMetric, DataRecord } from "../records/index.ts";

/** One validation example that decides more of balanced accuracy than this makes it a judge of luck. */
const maxShare = 1 / 20;

/**
 * What chooses a run's epoch on the split that is read after each; null where the last epoch counts.
 *
 * With the paper's protocol that is top-1 accuracy on the test set, else balanced accuracy on the validation split.
 * Where a class has no validation example, balanced accuracy is that of the others, and best where the class is never
 * predicted. Where one example decides more than a twentieth of it, 1 / (K · n_j) > 1/20, as with fewer than ten of one
 * of two classes, the epoch it chooses is worse than the last one; log loss and average precision of so few examples
 * choose worse still (docs/evaluation.md has the measurement). So the last epoch counts, for which the schedule and the
 * method's stages were made.
 *
 * @param data what the run's record has: older ones without counts go on as they began
 */
export function choosingMetric(
  { protocol }: Pick<Recipe, "protocol">,
  { validationSize, validationCounts }: Pick<DataRecord, "validationSize" | "validationCounts">,
): ChoosingMetric | null {
  if (protocol === "paper") return "topOne";
  if (validationSize === 0) return null;
  if (validationCounts === undefined) return "balancedAccuracy";
  const share = 1 / (validationCounts.length * Math.min(...validationCounts)); // Infinity without an example
  return share > maxShare ? null : "balancedAccuracy";
}
