export { type AugmentPolicy, augmentPolicies } from "./augment-policies.ts";
export {
  type BackboneField,
  backboneFields,
  backbonePoolings,
  type BackboneRequest,
  backboneRequestSchema,
} from "./backbone-fields.ts";
export { backbones, type KnownBackbone, knownBackbone } from "./backbones.ts";
export type { Keep, TestProfile } from "./cuts.ts";
export {
  badImageRules,
  combinationRules,
  type CustomData,
  customDataSchema,
  decimalMarks,
  encodings,
  type ReaderField,
  readerFields,
  readerOptions,
  requireReaderOptions,
  resizes,
  unlabelledRules,
} from "./custom-data.ts";
export {
  datasetFacts,
  type DatasetFacts,
  type DatasetName,
  datasetNames,
  isDatasetName,
} from "./datasets.ts";
export type { ExampleView } from "./example-view.ts";
export { exampleNouns, type InputKind, inputKinds, kindNouns } from "./kinds.ts";
export { baselineNetwork, isOneLayer, networkNames, requireNetwork } from "./networks.ts";
export {
  defaultNgramOptions,
  defaultWordOptions,
  type NgramOptions,
  readsNgrams,
  textFields,
  type TextOptions,
  type WordOptions,
} from "./texts.ts";
