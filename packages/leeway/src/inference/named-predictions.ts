import { decisionOf } from "./abstention.ts";
import type { Classified, Prediction } from "./prediction.ts";

/** Predictions by the names of the classes, example by example. */
export function namedPredictions(classified: Classified, classNames: readonly string[]): Prediction[] {
  const { classes, probabilities } = classified;
  const { length } = classNames;
  return Array.from(classes, (label, i) => {
    const own = probabilities.subarray(i * length, (i + 1) * length);
    return {
      class: classNames[label]!, // of as many as classes
      probability: own[label]!, // likewise
      ...decisionOf(classified, i, classNames),
      probabilities: Object.fromEntries(classNames.map((name, j) => [name, own[j]!])),
    };
  });
}
