export { Flatten, ReLU } from "./activation.ts";
export { BatchNorm2d } from "./batch-norm.ts";
export { Conv2d, type Conv2dOptions } from "./conv2d.ts";
export { CosineLinear } from "./cosine-linear.ts";
export { fanIn, fanOut, kaimingNormal, uniform } from "./init.ts";
export { Linear } from "./linear.ts";
export { Module } from "./module.ts";
export { AdaptiveAvgPool2d, AvgPool2d, GlobalAvgPool2d, MaxPool2d } from "./pooling.ts";
export { Sequential } from "./sequential.ts";
