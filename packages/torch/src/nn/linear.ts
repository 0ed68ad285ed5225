import { noGrad } from "../autograd.ts";
import { copyInto } from "../ops/elementwise.ts";
import { linear } from "../ops/linear-algebra.ts";
import type { Generator } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { fanIn, kaimingNormal, uniform } from "./init.ts";
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
    this.bias = bias ? this.parameter("bias", uniform([outFeatures], this.#bound, generator)) : null;
  }

  forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }

  /** Starts anew, with other values than before. */
  resetParameters(generator: Generator): void {
    noGrad(() => {
      copyInto(this.weight, kaimingNormal(this.weight.shape, generator));
      if (this.bias) copyInto(this.bias, uniform(this.bias.shape, this.#bound, generator));
    });
  }

  get #bound(): number {
    return 1 / Math.sqrt(fanIn(this.weight.shape));
  }
}
