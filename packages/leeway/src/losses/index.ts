// Also the public names of leeway/losses.
export { crossEntropyLoss } from "./cross-entropy.ts";
export { focalLoss } from "./focal.ts";
export { gaussianCloudLoss } from "./gaussian-cloud.ts";
export { labelAwareSmoothingLoss } from "./label-aware-smoothing.ts";
export { ldamLoss } from "./ldam.ts";
export { lossOf } from "./loss-of.ts";
export { type Loss, weightedMean } from "./loss.ts";
export { marginHingeLoss } from "./margin-hinge.ts";
export { multiMarginLoss } from "./multi-margin.ts";
export { vectorScalingLoss } from "./vector-scaling.ts";
