import { adaptiveAvgPool2d, avgPool2d, maxPool2d } from "../ops/pooling.ts";
import { mean } from "../ops/reduction.ts";
import type { Tensor } from "../tensor.ts";
import { Module } from "./module.ts";

/** The mean of each window of [N, C, H, W]. */
export class AvgPool2d extends Module {
  readonly kernelSize: number;
  readonly stride: number;

  constructor(kernelSize: number, { stride = kernelSize } = {}) {
    super();
    this.kernelSize = kernelSize;
    this.stride = stride;
  }

  forward(input: Tensor): Tensor {
    return avgPool2d(input, this.kernelSize, { stride: this.stride });
  }
}

/** The largest value of each window of [N, C, H, W]. */
export class MaxPool2d extends Module {
  readonly kernelSize: number;
  readonly stride: number;
  readonly padding: number;

  constructor(kernelSize: number, { stride = kernelSize, padding = 0 } = {}) {
    super();
    this.kernelSize = kernelSize;
    this.stride = stride;
    this.padding = padding;
  }

  forward(input: Tensor): Tensor {
    return maxPool2d(input, this.kernelSize, { stride: this.stride, padding: this.padding });
  }
}

/** Averages to a given size, whatever the input's: [N, C, H, W] gives [N, C, ...size]. */
export class AdaptiveAvgPool2d extends Module {
  readonly size: readonly [number, number];

  constructor(size: readonly [number, number]) {
    super();
    this.size = size;
  }

  forward(input: Tensor): Tensor {
    return adaptiveAvgPool2d(input, this.size);
  }
}

/** The mean over all positions: [N, C, H, W] gives [N, C]. */
export class GlobalAvgPool2d extends Module {
  forward(input: Tensor): Tensor {
    return mean(input, { dim: [2, 3] });
  }
}
