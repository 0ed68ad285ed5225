export type { Prediction } from "../inference/index.ts";
export { decide, type DecideOptions } from "./decide.ts";
export { featuresOn, type LabelledFeatures } from "./features.ts";
export { linearProbe } from "./linear-probe.ts";
export { measureMargins } from "./margins.ts";
export {
  openPredictor,
  predict,
  type PredictionExamples,
  type PredictOptions,
  type Predictor,
  type PredictorOptions,
} from "./predict.ts";
export { startRunNetwork } from "./run-network.ts";
export { type ExamplePlace, placesOf } from "./example-places.ts";
export { viewsOf } from "./example-views.ts";
export { rankedPredictions, rankings } from "./ranked-predictions.ts";
export { type ClassErrors, type ErrorExample, runErrors } from "./run-errors.ts";
export { measuredBy, writeMeasured } from "./measured.ts";
export { maxClassColumns, withKeptNames } from "./prediction-columns.ts";
export { predictionRows } from "./prediction-rows.ts";
export { formatOf, type PredictionFormat, writePredictions, writeText } from "./write-predictions.ts";
