import { conv2d } from "../ops/convolution.ts";
import type { Generator } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { fanIn, kaimingNormal, uniform } from "./init.ts";
import { Module } from "./module.ts";

/** What a {@link Conv2d} is made from. */
export interface Conv2dOptions {
  readonly kernelSize: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly bias?: boolean;
  /** Which variance the first weights keep: of values ("in") or of gradients ("out"). */
  readonly fan?: "in" | "out";
  readonly generator: Generator;
}

/** Two-dimensional convolution: [N, inChannels, H, W] gives [N, outChannels, H', W']. Weights lie as channels_last. */
export class Conv2d extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  readonly stride: number;
  readonly padding: number;

  constructor(
    inChannels: number,
    outChannels: number,
    { kernelSize, stride = 1, padding = 0, bias = true, fan = "in", generator }: Conv2dOptions,
  ) {
    super();
    const shape = [outChannels, inChannels, kernelSize, kernelSize];
    this.weight = this.parameter(
      "weight",
      kaimingNormal(shape, generator, { fan }).contiguous("channels_last"),
    );
    const bound = 1 / Math.sqrt(fanIn(shape));
    this.bias = bias ? this.parameter("bias", uniform([outChannels], bound, generator)) : null;
    this.stride = stride;
    this.padding = padding;
  }

  forward(input: Tensor): Tensor {
    return conv2d(input, this.weight, { bias: this.bias, stride: this.stride, padding: this.padding });
  }
}
