export { type Classifier, Model, parameterCount } from "./model.ts";
export { ResNetCifar, type ResNetCifarOptions } from "./resnet-cifar.ts";
