export { batchTensors } from "./batch-tensors.ts";
export { Model } from "./model.ts";
export { buildModel, families } from "./family.ts";
export { ResNet, type ResNetOptions } from "./resnet.ts";
export { ResNetCifar, type ResNetCifarOptions } from "./resnet-cifar.ts";
export { LinearHead } from "./linear-head.ts";
export { embeddingSize, Mlp } from "./mlp.ts";
export { BiLstm } from "./bilstm.ts";
export { TfIdf } from "./tfidf.ts";
