export { featuresOn, type LabelledFeatures } from "./features.ts";
export { linearProbe } from "./linear-probe.ts";
export { measureMargins } from "./margins.ts";
export { openPredictor, predict, type PredictOptions, type Predictor } from "./predict.ts";
