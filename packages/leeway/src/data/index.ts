export { imageBatches, type BatchOptions, type ImageBatch } from "./batches.ts";
export { datasetEntry, datasets, loadDataset, type DatasetEntry, type DatasetName } from "./catalogue.ts";
export { imageSize, select, type DatasetSplits, type ImageDataset, type ImageShape } from "./dataset.ts";
export { fingerprint } from "./fingerprint.ts";
export { dataPlaces, findDataset, type DataPlace, type DatasetFiles, type Surroundings } from "./locate.ts";
export { keepProfile } from "./profile.ts";
export { epochOrder } from "./sampler.ts";
export { holdOut, type HeldOut } from "./split.ts";
export { type Augment } from "./transforms.ts";
