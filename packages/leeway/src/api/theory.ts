// What leeway/theory exports: theory of counts and of measured margins, and the recommendation of a method. What joins
// it to data, `inspect` at the root, is internal.
export {
  type Bounds,
  type ClassRow,
  classTable,
  type ClassTableInput,
  type CountsClass,
  countsTheory,
  type CountsTheory,
  type CountsTheoryInput,
  type Fit,
  type FittedMeasure,
  type MeasuredMargins,
  recommend,
  type Recommendation,
  type RecommendationFacts,
  type RunClass,
  runTheory,
  type RunTheory,
  type RunTheoryInput,
  type TradeOff,
} from "../theory/index.ts";
