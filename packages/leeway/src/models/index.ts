export { batchTensors } from "./batch-tensors.ts";
export {
  type Classifier,
  classifierLayer,
  type ClassifierLayer,
  Model,
  parameterCount,
  type Trainable,
} from "./model.ts";
export { buildModel, families, type ModelFamily, type ModelOptions } from "./family.ts";
export { ScaledLinear } from "./scaled-linear.ts";
export { ResNet, type ResNetOptions } from "./resnet.ts";
export { ResNetCifar, type ResNetCifarOptions } from "./resnet-cifar.ts";
export { LinearHead } from "./linear-head.ts";
export { embeddingSize, Mlp, type MlpOptions } from "./mlp.ts";
export { BiLstm, type BiLstmOptions } from "./bilstm.ts";
export { TfIdf, type TfIdfOptions } from "./tfidf.ts";
export { ResNetSphere } from "./resnet-sphere.ts";
