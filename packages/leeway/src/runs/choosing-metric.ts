import { RunError } from "../errors.ts";
import { defaultSelection, findSelection } from "../metrics/index.ts";
import type { Recipe } from "../recipe/index.ts";
import type { ChoosingMetric, DataRecord, EvaluationRecord } from "../records/index.ts";

/** One validation example that decides more of a metric than this makes it a judge of luck. */
const maxShare = 1 / 20;

/**
 * What chooses a run's epoch on the split that is read after each; null where the last epoch counts.
 *
 * With the paper's protocol that is top-1 accuracy on the test set, else the recipe's `selectBy` on the validation
 * split, by default balanced accuracy. Where a class has no validation example, balanced accuracy is that of the others,
 * and best where the class is never predicted. Where one example decides more than a twentieth of it, 1 / (K · n_j) >
 * 1/20, as with fewer than ten of one of two classes, the epoch it chooses is worse than the last one (docs/evaluation.md
 * has the measurement). So the last epoch counts, for which the schedule and the method's stages were made. Other metrics
 * are held to the same twentieth; see `Selection.share`.
 *
 * @param data what the run's record has: older ones without counts go on as they began
 */
export function choosingMetric(
  { protocol, selectBy = defaultSelection }: Pick<Recipe, "protocol" | "selectBy">,
  { validationSize, validationCounts }: Pick<DataRecord, "validationSize" | "validationCounts">,
): ChoosingMetric | null {
  if (protocol === "paper") return "topOne";
  if (validationSize === 0) return null;
  const metric = selectBy === defaultSelection ? "balancedAccuracy" : selectBy;
  const share = validationCounts && findSelection(selectBy)?.share(validationCounts);
  return share !== undefined && share > maxShare ? null : metric;
}

/**
 * The value that an epoch is chosen by; null where the split had no example of a class that it needs. Of one class alone
 * top-1 accuracy is what older versions took for the balanced one.
 */
export function scoreOf({ metrics }: EvaluationRecord, metric: ChoosingMetric): number | null {
  if (metric === "topOne") return metrics.topOne;
  if (metric === "balancedAccuracy") return metrics.balancedAccuracy ?? metrics.topOne;
  return metrics.selection?.by === metric ? metrics.selection.value : null;
}

/** How good an epoch is by a metric: more is better, whichever direction the metric has. */
export function goodnessOf(evaluation: EvaluationRecord, metric: ChoosingMetric): number {
  const score = scoreOf(evaluation, metric);
  if (score === null) return -Infinity;
  return findSelection(metric)?.better === "lower" ? -score : score;
}

/**
 * Refuses a metric that is not for so many classes.
 *
 * @throws RunError with code "usage"
 */
export function requireSelectable({ selectBy = defaultSelection }: Recipe, classes: number): void {
  const selection = findSelection(selectBy);
  if (selection === undefined || selection.classes === null || selection.classes === classes) return;
  const message = `recipe: expected selectBy to be a metric of ${classes} classes, got "${selectBy}". It is of the rarer of two; average-precision is of any number.`;
  throw new RunError("usage", message);
}
