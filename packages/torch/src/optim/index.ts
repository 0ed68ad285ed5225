export { Adam, AdamW, type AdamOptions } from "./adam.ts";
export { gradientNorm } from "./gradient-norm.ts";
export { type Learned, Optimizer, type ParameterGroup } from "./optimizer.ts";
export { SGD, type SgdOptions } from "./sgd.ts";
export { ascend } from "./sharpness.ts";
export { WeightAverage } from "./weight-average.ts";
