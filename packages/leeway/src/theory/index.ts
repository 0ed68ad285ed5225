export { type ClassRow, classTable, type ClassTableInput } from "./class-table.ts";
export {
  type CountsClass,
  countsTheory,
  type CountsTheory,
  type CountsTheoryInput,
  type TradeOff,
} from "./counts-theory.ts";
export { type ExtremeRatio, extremeRatioOf } from "./extreme-ratio.ts";
export { type Inspection, inspectionOf } from "./inspection.ts";
export { recommend, type Recommendation, type RecommendationFacts } from "./recommendation.ts";
export {
  type Bounds,
  type Fit,
  type FittedMeasure,
  fittedMeasures,
  type MeasuredMargins,
  type RunClass,
  runTheory,
  type RunTheory,
  type RunTheoryInput,
} from "./run-theory.ts";
