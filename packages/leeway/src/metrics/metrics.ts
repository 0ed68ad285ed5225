import { expected } from "../errors.ts";
import { shotGroups, type ShotGroup } from "../imbalance/index.ts";
import {
  balancedAccuracy,
  gMean,
  perClassAccuracy,
  shotGroupAccuracy,
  topOneAccuracy,
  worstClassAccuracy,
} from "./accuracy.ts";
import { expectedCalibrationError, softmax } from "./calibration.ts";
import { classCalibration, type ClassCalibration } from "./class-calibration.ts";
import { confusionMatrix, rowSums, type Confusion } from "./confusion.ts";
import { detectionOf, type Detection } from "./detection.ts";
import { macroF1 } from "./f-score.ts";
import { requireLabels, requireScores, topClasses, topKAccuracy } from "./ranking.ts";
import { shownProbability } from "./calibrated.ts";
import { positiveOf, type Selection } from "./selection.ts";

/**
 * What is reported of a model on a split, and stored in records; fractions in [0, 1].
 *
 * A class without an example in the split has no accuracy: it is null in `perClass` and left out of every mean. What
 * is counted over classes is null where the split has examples of one alone.
 */
export interface Metrics {
  readonly topOne: number;
  /** Null for five classes or fewer, where it would say nothing. */
  readonly topFive: number | null;
  readonly balancedAccuracy: number | null;
  /** Accuracy of the class recognised worst. */
  readonly worstClass: number | null;
  readonly gMean: number | null;
  readonly macroF1: number | null;
  /** Of the probabilities, with 15 bins. */
  readonly expectedCalibrationError: number;
  /** Length K; null for a class without an example. */
  readonly perClass: readonly (number | null)[];
  /** By training examples of the class; null for a group without an example. */
  readonly shotGroups: Readonly<Record<ShotGroup, number | null>>;
  /** [K, K]; only where requested. */
  readonly confusion?: Confusion;
  /** The mean probability of each class, length K, beside its share of the split; only where requested. */
  readonly meanProbability?: readonly number[];
  /** How far the probabilities of each class are off, length K; only where requested, and absent in older records. */
  readonly classCalibration?: readonly ClassCalibration[];
  /** The metric that the recipe selects by, where that is not the default, as an option names it. */
  readonly selection?: { readonly by: string; readonly value: number | null };
  /** Of two classes: how well the rarer one is found; only where requested, and where the split has both. */
  readonly detection?: Detection & {
    /** The class that is looked for. */
    readonly positive: number;
    /**
     * What the curve's thresholds are: probabilities of the class, as predictions show them. Absent in older records,
     * whose thresholds are differences of logits.
     */
    readonly thresholds?: "probability";
  };
}

/**
 * All metrics of a model on a split. Classes are those of the highest scores; probabilities may favour others, as those
 * of a method that re-balances do once they have the frequencies of the data.
 *
 * @param scores        logits, [N, K] row by row, finite
 * @param labels        true classes, length N
 * @param classes       K
 * @param trainCounts   examples of each class in the training data, length K; they make the shot groups
 * @param scale         s of the loss
 * @param probabilities [N, K] row by row; softmax(s · logits) by default
 * @param withConfusion adds the confusion matrix, K² numbers, the mean probabilities, how far they are off, and of two
 *   classes how well the rarer is found
 * @param selection     adds the value of this metric
 * @throws ArgumentError if a shape or label does not fit, a score is not finite, or there is no example
 */
export function metricsOf({
  scores,
  labels,
  classes,
  trainCounts,
  scale = 1,
  probabilities = softmax(scores, classes, { scale }),
  withConfusion = false,
  selection,
}: {
  readonly scores: Float32Array;
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  readonly trainCounts: readonly number[];
  readonly scale?: number;
  readonly probabilities?: Float32Array;
  readonly withConfusion?: boolean;
  readonly selection?: Selection | undefined;
}): Metrics {
  const examples = requireScores("metricsOf", scores, classes);
  requireLabels("metricsOf", labels, { classes, examples });
  if (trainCounts.length !== classes) {
    throw expected("metricsOf", "trainCounts", `to be of ${classes} classes`, trainCounts.length);
  }
  const confusion = confusionMatrix(labels, topClasses(scores, classes), classes);
  return {
    topOne: topOneAccuracy(confusion),
    topFive: classes > 5 ? topKAccuracy(scores, labels, { k: 5, classes }) : null,
    balancedAccuracy: balancedAccuracy(confusion),
    worstClass: worstClassAccuracy(confusion),
    gMean: gMean(confusion),
    macroF1: macroF1(confusion),
    expectedCalibrationError: expectedCalibrationError(probabilities, labels, { classes }),
    perClass: perClassAccuracy(confusion),
    shotGroups: shotGroupAccuracy(confusion, shotGroups(trainCounts)),
    ...(selection && {
      selection: {
        by: selection.name,
        value: selection.of({ scores, scale, labels, classes, trainCounts, probabilities }),
      },
    }),
    ...(withConfusion && {
      confusion,
      meanProbability: columnMeans(probabilities, classes),
      classCalibration: classCalibration(probabilities, labels, { classes }),
    }),
    ...(withConfusion &&
      classes === 2 &&
      !rowSums(confusion).includes(0) && {
        detection: rarerClass({ scores, probabilities, labels, trainCounts }),
      }),
  };
}

function columnMeans(rows: Float32Array, columns: number): number[] {
  const sums = new Array<number>(columns).fill(0);
  rows.forEach((value, at) => (sums[at % columns]! += value));
  return sums.map((sum) => sum / (rows.length / columns));
}

/**
 * How well the rarer of two classes is found: ranked by the difference of its logit to the other's, which tells apart
 * what probabilities near 1 do not; with the curve over the probabilities that a threshold is set on.
 */
function rarerClass({
  scores,
  probabilities,
  labels,
  trainCounts,
}: {
  readonly scores: Float32Array;
  readonly probabilities: Float32Array;
  readonly labels: ArrayLike<number>;
  readonly trainCounts: readonly number[];
}): NonNullable<Metrics["detection"]> {
  const positive = positiveOf(trainCounts);
  const margins = Float64Array.from(
    labels,
    (_, i) => scores[2 * i + positive]! - scores[2 * i + 1 - positive]!,
  );
  const shown = Float64Array.from(labels, (_, i) => shownProbability(probabilities[2 * i + positive]!));
  const isPositive = Array.from(labels, (label) => label === positive);
  const { curve } = detectionOf(shown, isPositive);
  return { positive, ...detectionOf(margins, isPositive), curve, thresholds: "probability" };
}
