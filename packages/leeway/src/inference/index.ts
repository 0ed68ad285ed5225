export { type BackbonePlatform, threeColours } from "./backbone-decoder.ts";
export { decisionOf } from "./abstention.ts";
export { classifyLogits, type LogitsReading, probabilitiesOf, requireEstimate } from "./classify.ts";
export type { Decode, ExportedPredictor } from "./exported-predictor.ts";
export {
  backboneFile,
  graphFile,
  type Manifest,
  manifestFile,
  manifestSchema,
  preparationFile,
  readingOf,
  storedPrecisions,
} from "./manifest.ts";
export { namedPredictions } from "./named-predictions.ts";
export type {
  Classified,
  ExportedOptions,
  Predicting,
  Prediction,
  ReadingOptions,
  RequestedPrior,
} from "./prediction.ts";
export { type PriorShares, priorShares } from "./prior-shares.ts";
export { namedNumbers, writtenPrior } from "./written-prior.ts";
export { type ModelFiles, openModel, type OpenOptions } from "./open-model.ts";
export {
  type GraphSession,
  graphSessions,
  type OnnxRuntime,
  onnxRuntime,
  type OpenRuntime,
  type Runtime,
} from "./runtime.ts";
export { type BlobLike, type Example, type ImageExample, Model, type RowExample } from "./model.ts";
export {
  addressOf,
  filesOfAddress,
  filesOfBytes,
  type LoadOptions,
  type ModelBytes,
  type ModelSource,
} from "./model-files.ts";
export { webColours, webDecoder } from "./web-images.ts";
