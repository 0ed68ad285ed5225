export {
  type Classifier,
  classifierLayer,
  type ClassifierLayer,
  Model,
  parameterCount,
  type Trainable,
} from "./model.ts";
export { ScaledLinear } from "./scaled-linear.ts";
export { ResNet, type ResNetOptions } from "./resnet.ts";
export { ResNetCifar, type ResNetCifarOptions } from "./resnet-cifar.ts";
