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
