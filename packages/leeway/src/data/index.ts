export { datasetEntry, datasets, loadDataset, type DatasetEntry } from "./catalogue/catalogue.ts";
export { fetchFile, type FetchOptions, type FetchProgress } from "./catalogue/downloads/fetch-file.ts";
export { downloads, type Download, type PinnedFile } from "./catalogue/downloads/pinned.ts";
export type { Batch, BatchArray, BatchOptions, Dataset, InputShape, Variation } from "./dataset.ts";
export type { Examples, Selectable } from "./examples.ts";
export { dataHash, type DataSplits, fingerprint } from "./hash.ts";
export { leakageWarnings } from "./leakage.ts";
export {
  imageDataset,
  imageSize,
  type DatasetSplits,
  type ImageDataset,
  type Images,
  type ImageShape,
} from "./images/image-dataset.ts";
export {
  dataPlaces,
  findDataset,
  type DataPlace,
  type DatasetFiles,
  type Surroundings,
} from "./catalogue/locate.ts";
export { keepProfile, keepTestProfile, testProfileCounts } from "./profile.ts";
export { drawMix, type Mix } from "./mixing.ts";
export {
  openCustomData,
  type CustomDataReader,
  customDataReaders,
  withAbsolutePaths,
} from "./custom/custom-data.ts";
export { decodeImage, type ImagePlan, type Resize } from "./images/decode.ts";
export { type CacheProgress, type ImageCache, openImageCache } from "./images/cache.ts";
export { listFolder } from "./images/folder-listing.ts";
export type { BadImages, ImageForm } from "./images/image-source.ts";
export type { ImageListing, ListedImage } from "./images/listing.ts";
export { openImages, type CustomImageOptions } from "./images/custom-images.ts";
export { epochOrder } from "./sampler.ts";
export {
  type Preparation,
  type PrepareOptions,
  type Reading,
  type ReadingProgress,
  ready,
  type Source,
} from "./source.ts";
export { holdOut, type HeldOut } from "./split.ts";
export { thin } from "./thin.ts";
export { type Augment } from "./images/transforms.ts";
export {
  type Column,
  type Columns,
  type NumberColumn,
  readColumns,
  type ReadColumnsOptions,
  textAt,
  type TextColumn,
  type VectorColumn,
} from "./files/columns.ts";
export type { Encoding } from "./files/encoding.ts";
export { type DuckDB, type DuckDBOptions, sqlText, withDuckDB } from "./files/duckdb.ts";
export { countExamples } from "./custom/count-examples.ts";
export { hasTestFolder } from "./custom/class-folders.ts";
export { type DataFacts, dataFacts } from "./inspect/data-facts.ts";
export type { Finding } from "./inspect/finding.ts";
export { spellings } from "./inspect/label-findings.ts";
export { detectKind, type KindHints, guessTextColumn } from "./custom/detect-kind.ts";
export { nameOf, openTable } from "./tables/table-source.ts";
export { loadImdb } from "./catalogue/imdb.ts";
export { type EncodedTexts, lengthBuckets, textDataset, type TextDataset } from "./text/text-dataset.ts";
export { readTextFolder } from "./text/text-folder.ts";
export { textExamples, type TextExamples, type Texts, textSource } from "./text/text-source.ts";
export { tokenize } from "./text/tokenize.ts";
export { buildVocabulary, parseVocabulary, type Vocabulary } from "./text/vocabulary.ts";
export { stdinLines } from "./predict/input-text.ts";
export { catalogueForm } from "./predict/image-input.ts";
export {
  type PredictionInput,
  openPredictionInput,
  type PreparedInput,
  type RunPreparation,
} from "./predict/prediction-input.ts";
