import { linear } from "../ops/linear-algebra.ts";
import type { Generator } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { kaimingNormal, uniform } from "./init.ts";
import { Module } from "./module.ts";

/** input · weightᵀ + bias: [N, inFeatures] gives [N, outFeatures]. Kaiming-normal weights. */
export class Linear extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor | null;

  constructor(
    inFeatures: number,
    outFeatures: number,
    { bias = true, generator }: { bias?: boolean; generator: Generator },
  ) {
    super();
    this.weight = this.parameter("weight", kaimingNormal([outFeatures, inFeatures], generator));
    const bound = 1 / Math.sqrt(inFeatures);
    this.bias = bias ? this.parameter("bias", uniform([outFeatures], bound, generator)) : null;
  }

  forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }
}
