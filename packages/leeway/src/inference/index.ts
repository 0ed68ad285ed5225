export { decisionOf } from "./abstention.ts";
export { classifyLogits, type LogitsReading, probabilitiesOf, requireEstimate } from "./classify.ts";
export {
  graphFile,
  type Manifest,
  manifestFile,
  manifestSchema,
  preparationFile,
  readingOf,
  storedPrecisions,
} from "./manifest.ts";
export { namedPredictions } from "./named-predictions.ts";
export type { Classified, Predicting, Prediction, ReadingOptions, RequestedPrior } from "./prediction.ts";
export { type PriorShares, priorShares } from "./prior-shares.ts";
export { namedNumbers, writtenPrior } from "./written-prior.ts";
