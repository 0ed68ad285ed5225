// Also the public names of leeway/metrics.
export { type Abstention, fitAbstention } from "./abstention.ts";
export { confusionMatrix, rowSums } from "./confusion.ts";
export type { Confusion } from "./confusion.ts";
export {
  balancedAccuracy,
  gMean,
  perClassAccuracy,
  shotGroupAccuracy,
  topOneAccuracy,
  worstClassAccuracy,
} from "./accuracy.ts";
export { normalTail } from "./chi-squared.ts";
export type { CalibrationCurve } from "./calibration-curves.ts";
export { fitKind } from "./choose-calibration.ts";
export { classCalibration, type ClassCalibration } from "./class-calibration.ts";
export { classScores, type ClassScores } from "./class-scores.ts";
export { macroF1 } from "./f-score.ts";
export { type SuspectedLabels, suspectedLabels } from "./suspected-labels.ts";
export { topClasses, topKAccuracy } from "./ranking.ts";
export { classSet, type ClassSets, examplesForAlpha, fitClassSets, isInSet } from "./class-sets.ts";
export { betaBelow, clopperPearson } from "./clopper-pearson.ts";
export {
  type AlphaChoice,
  alphaChoices,
  countSets,
  setKind,
  type SetCounts,
  totalSets,
} from "./set-counts.ts";
export { expectedCalibrationError, softmax } from "./calibration.ts";
export { metricsOf } from "./metrics.ts";
export type { Metrics } from "./metrics.ts";
export {
  defaultSelection,
  findSelection,
  positiveOf,
  type ScoredSplit,
  type Selection,
  selectionNames,
} from "./selection.ts";
export { baseRate } from "./base-rate.ts";
export { detectionOf, type Detection } from "./detection.ts";
export { estimatePrior, minForPrior, type PriorDrift, type PriorEstimate } from "./live-prior.ts";
export {
  calibratedPrior,
  calibratedProbabilities,
  type Calibration,
  type CalibrationFit,
  type CalibrationKind,
  type ComparedKind,
  shownProbability,
  withPrior,
} from "./calibrated.ts";
export { fitCalibration } from "./temperature.ts";
