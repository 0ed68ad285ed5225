export type { ChartSpec, Heading } from "./chart-spec.ts";
export { type PngOptions, renderPng, renderSvg } from "./chart.ts";
export { classErrors, type ClassErrorsData, type ClassErrorSeries } from "./figures/class-errors.ts";
export { featureQuality, type FeatureQuality, type FeatureQualityData } from "./figures/feature-quality.ts";
export { type FeatureCloud, featureSphere, type FeatureSphereData } from "./figures/feature-sphere.ts";
export { type LearningCurve, learningCurves, type LearningCurvesData } from "./figures/learning-curves.ts";
export { abstainedNote, renderAbstention } from "./tables/abstention.ts";
export { classCountsChart, type ClassCountsData } from "./figures/class-counts.ts";
export {
  type Colors,
  type Column,
  columnTable,
  markdownTable,
  renderTable,
  renderPage,
  widthOf,
} from "./table.ts";
export {
  clock,
  count,
  counted,
  percent,
  pointsBetween,
  printable,
  sentence,
  shellWord,
  shownName,
} from "./words.ts";
export { renderCountsTheory } from "./tables/counts-theory.ts";
export { renderDecision } from "./tables/decision.ts";
export { renderInspection } from "./tables/inspection.ts";
export { renderRunTheory } from "./tables/run-theory.ts";
export { renderMeasured } from "./tables/measured.ts";
export { placeText, renderErrors, type ShownClassErrors } from "./tables/errors.ts";
export { bytePlanes, codedScores, keptClasses } from "./page/coded-scores.ts";
export type { MeasuredRun } from "./page/measured-run.ts";
export type {
  PackedLogits,
  ReportData,
  ReportErrors,
  ReportExample,
  RunDifference,
  RunReport,
} from "./page/report-data.ts";
export { reportOf } from "./page/run-report.ts";
export { type RowSource, type RunRow, runRow } from "./page/run-row.ts";
export { renderReport } from "./page/text-report.ts";
export { exportedNotes, type PredictingRun, predictionNotes } from "./tables/predictor.ts";
export {
  classWeightWords,
  datasetTitle,
  describeProfile,
  exampleNoun,
  lengthWords,
  methodTitle,
  methodWarnings,
  rateWarnings,
  recipeWarnings,
} from "./recipe-words.ts";
export { initWords } from "./init-words.ts";
export { metricText, metricWords, selectionText } from "./selection-words.ts";
export { type EndedRun, resultOf, type RunResult, worstClassOf } from "./result.ts";
export { comparisonNotes, type ComparisonOptions, renderComparison } from "./tables/comparison.ts";
export { renderForks } from "./tables/forks.ts";
export { renderTuning, type TriedDeferral, type Tuning } from "./tables/tuning.ts";
export { type FilledCell as FilledRow, renderFilled } from "./tables/filled-table.ts";
export { missingNotes, renderTuned, tunedCaveats, type TunedRowResult } from "./tables/tuned-table.ts";
export { type PlannedRuns, type PlannedSpeed, renderPlan } from "./tables/plan.ts";
export { renderResult } from "./tables/result.ts";
