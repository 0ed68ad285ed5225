export { featuresOn, type LabelledFeatures } from "./features.ts";
export { linearProbe } from "./linear-probe.ts";
export { measureMargins } from "./margins.ts";
export {
  openPredictor,
  predict,
  type Prediction,
  type PredictionExample,
  type PredictionExamples,
  type PredictOptions,
  type Predictor,
  type PredictorOptions,
} from "./predict.ts";
export { measuredBy, type Measured, writeMeasured } from "./measured.ts";
export { type PredictionRow, predictionRows } from "./prediction-rows.ts";
export { formatOf, type PredictionFormat, writePredictions, writeText } from "./write-predictions.ts";
