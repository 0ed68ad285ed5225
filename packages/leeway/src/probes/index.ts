export { featuresOn, type LabelledFeatures } from "./features.ts";
export { linearProbe } from "./linear-probe.ts";
export { measureMargins, type MeasuredMargins } from "./margins.ts";
export { openPredictor, predict, type PredictOptions, type Predictor } from "./predict.ts";
