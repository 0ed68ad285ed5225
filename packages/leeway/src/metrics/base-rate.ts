import { rowSums } from "./confusion.ts";
import type { Metrics } from "./metrics.ts";

/**
 * What average precision is where scores say nothing: the share of the examples that are of the class; of more than two
 * classes, the mean share of those that the split has.
 *
 * @returns null without a confusion matrix, or where one class alone has examples
 */
export function baseRate({ confusion = [], detection }: Metrics): number | null {
  const counts = rowSums(confusion).filter((count) => count > 0);
  if (counts.length < 2) return null;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return detection === undefined ? 1 / counts.length : detection.positives / total;
}
