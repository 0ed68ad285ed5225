export { type EmbeddedData, type EmbeddedSource, openEmbedded } from "./backbone/embedded-source.ts";
export { classNameDataset } from "./backbone/class-name-vectors.ts";
export { fetchBackbone, firstSeen } from "./backbone/fetch-backbone.ts";
export { filesText, knownFolder } from "./backbone/known-place.ts";
export { datasetEntry, type DatasetEntry, datasets, loadDataset } from "./catalogue/catalogue.ts";
export { fetchFile, type FetchOptions, type FetchProgress } from "./catalogue/downloads/fetch-file.ts";
export { type Download, downloads } from "./catalogue/downloads/pinned.ts";
export { dataPlaces, findDataset, userCache } from "./catalogue/locate.ts";
export { hasTestFolder } from "./custom/split-folders.ts";
export { countExamples } from "./custom/count-examples.ts";
export { openCustomData, withAbsoluteBackbone, withAbsolutePaths } from "./custom/custom-data.ts";
export { type DataHints, findData, type FoundData } from "./custom/find-data.ts";
export {
  type Batch,
  type BatchArray,
  type Dataset,
  furtherViews,
  hasSparseInput,
  type InputShape,
  type Share,
  type Variation,
} from "./dataset.ts";
export type { Examples } from "./examples.ts";
export { sqlText, withDuckDB } from "./files/duckdb.ts";
export { type Dialect, parseDialect } from "./files/dialect.ts";
export { mapArrays, writeArrays } from "./files/array-file.ts";
export type { Encoding } from "./files/encoding.ts";
export { type BatchMinimum, withMinimum } from "./batch-minimum.ts";
export { dataHash, type DataSplits, fingerprint } from "./hash.ts";
export { featuresFile } from "./embeddings/features-file.ts";
export { decodeImage } from "./images/decode.ts";
export { thumbnail } from "./images/thumbnail.ts";
export { imageDataset, imageSize } from "./images/image-dataset.ts";
export { normalisation } from "./images/transforms.ts";
export type { BadImages } from "./images/image-source.ts";
export { dataFacts } from "./inspect/data-facts.ts";
export { leakageWarnings } from "./leakage.ts";
export { type Blend, drawMix, drawPiece, type Mix } from "./mixing.ts";
export { exampleKind } from "./predict/backbone-input.ts";
export { examplesDataset, type ToDataset } from "./predict/examples-dataset.ts";
export { catalogueForm, imageSteps } from "./predict/image-input.ts";
export { stdinLines } from "./predict/input-text.ts";
export { networkInput } from "./predict/network-input.ts";
export type { KeptColumn } from "./predict/kept-columns.ts";
export { openPredictionInput, type PreparedInput, type RunPreparation } from "./predict/prediction-input.ts";
export { exampleWeights, weightNotes, withoutZeros } from "./row-weights.ts";
export { epochOrder } from "./sampler.ts";
export { splitNotes, splitSource } from "./split.ts";
export type { DataFolders, Preparation, Reading, ReadingProgress, ReadOnce, Source } from "./source.ts";
export { holdOut, keepProfile, keepTestProfile, testProfileCounts, thin } from "./subset.ts";
export { thinMostFrequent } from "./thin-most-frequent.ts";
export { nameOf } from "./tables/table-source.ts";
export { type EncodedTexts, textDataset } from "./text/text-dataset.ts";
