export { batchTensors } from "./batch-tensors.ts";
export { type ClassifierLayer, keepBuffers, Model } from "./model.ts";
export { buildModel, families } from "./family.ts";
export {
  firstNames,
  type GivenState,
  matchState,
  networkOf,
  type StateMatch,
  withOurNames,
} from "./given-state.ts";
export { ResNet, type ResNetOptions } from "./resnet.ts";
export { ResNetCifar, type ResNetCifarOptions } from "./resnet-cifar.ts";
export { Adapter } from "./adapter.ts";
export { LinearHead } from "./linear-head.ts";
export { embeddingSize } from "./category-embeddings.ts";
export { Mlp } from "./mlp.ts";
export { PiecewiseLinear } from "./piecewise-linear.ts";
export { TabM } from "./tabm.ts";
export { TableLinear } from "./table-linear.ts";
export { BiLstm } from "./bilstm.ts";
export { TfIdf } from "./tfidf.ts";
export { NgramLinear } from "./ngram-linear.ts";
