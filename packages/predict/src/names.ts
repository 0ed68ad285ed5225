// What both entry points export.
export { ArgumentError, RunError } from "../../leeway/src/errors.ts";
export type {
  Example,
  ExportedOptions as PredictOptions,
  ImageExample,
  LoadOptions,
  Model,
  ModelBytes,
  ModelSource,
  Prediction,
  RequestedPrior,
  RowExample,
} from "../../leeway/src/inference/index.ts";
