export { type BackboneSteps, backboneSchema, type Pooling } from "./backbones/backbone-steps.ts";
export { imageGroupSize, textGroups } from "./backbones/groups.ts";
export {
  type BackboneGraph,
  imageVectors,
  InputRoom,
  type ReadyImage,
  textVectors,
} from "./backbones/encode.ts";
export {
  type ImageProcessing,
  imageProcessingSchema,
  inputSize,
  processedImage,
} from "./backbones/image-processing.ts";
export { divideByLength, type GraphOutput, pooled, pooledSize } from "./backbones/pooled.ts";
export { type Colours, resampled, type Resampling, resamplings } from "./backbones/resample.ts";
export { type TokenEncoder, tokenEncoder } from "./backbones/tokens.ts";
export { type EmbeddingSteps, parseEmbeddingSteps } from "./embedding-steps.ts";
export { exampleFault } from "./examples/example-fault.ts";
export { exampleReader } from "./examples/example-reader.ts";
export type {
  ExamplePath,
  ExampleReader,
  GraphInputs,
  InputArray,
  InputDeclaration,
  PreparedExamples,
} from "./examples/inputs.ts";
export { isPixels, pixelInputs, type Pixels } from "./examples/pixel-reader.ts";
export { tableInputs } from "./examples/table-inputs.ts";
export { textInputs } from "./examples/text-reader.ts";
export { vectorInputs } from "./examples/vector-reader.ts";
export {
  type CatalogueForm,
  decodedChannels,
  type ImagePlan,
  type ImageSteps,
  parseImageSteps,
  type Resize,
} from "./images/image-steps.ts";
export { middle } from "./images/middle.ts";
export { type ColumnNote, noteSentences } from "./tables/column-notes.ts";
export { codeTable } from "./tables/code-table.ts";
export { dateMillis, type DateOrder, dateOrders, dateParts } from "./tables/dates.ts";
export { isMissingNumber, missingNumbers, saysMissing } from "./tables/missing.ts";
export { maxFloat32, type NumberReading, readNumber } from "./tables/number-reading.ts";
export {
  type CategoricalStep,
  maxDeviations,
  type NumericStep,
  parseSteps,
  type TableSteps,
} from "./tables/table-steps.ts";
export { type DecimalMark, writtenNumber } from "./tables/written-number.ts";
export { ngramCount, ngramEncoder, type SparseRows } from "./text/ngram-encoder.ts";
export { buildNgramVocabulary, type NgramVocabulary } from "./text/ngram-vocabulary.ts";
export { parseVocabulary } from "./text/parse-vocabulary.ts";
export {
  buildVocabulary,
  encoder,
  inverseDocumentFrequencies,
  tokenize,
  type Vocabulary,
} from "./text/vocabulary.ts";
