import { ones, zeros } from "../ops/creation.ts";
import { layerNormAct } from "../ops/normalization.ts";
import type { Tensor } from "../tensor.ts";
import { Module } from "./module.ts";

/**
 * Layer normalisation of [N, features]: each example to mean 0 and variance 1 over its features, then scaled and
 * shifted. The same in training and evaluation, whatever else is in the batch.
 *
 * @source Ba et al. 2016 (arXiv:1607.06450)
 */
export class LayerNorm extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly eps: number;

  constructor(features: number, { eps = 1e-5 } = {}) {
    super();
    this.weight = this.parameter("weight", ones([features]));
    this.bias = this.parameter("bias", zeros([features]));
    this.eps = eps;
  }

  /** Of the input plus a bias, and through ReLU: both where they are wanted, in the same pass over memory. */
  forward(input: Tensor, { added = null, relu = false }: AroundNorm = {}): Tensor {
    return layerNormAct(input, added, this.weight, this.bias, this.eps, relu);
  }
}

/** What stands around a normalisation. */
export interface AroundNorm {
  /** [features], the bias of the layer before. */
  readonly added?: Tensor | null;
  readonly relu?: boolean;
}
