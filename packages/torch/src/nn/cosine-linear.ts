import { noGrad } from "../autograd.ts";
import { clamp, copyInto } from "../ops/elementwise.ts";
import { linear } from "../ops/linear-algebra.ts";
import { normalize } from "../ops/normalization.ts";
import { sparseNorms } from "../ops/sparse.ts";
import type { Generator } from "../random.ts";
import type { Tensor } from "../tensor.ts";
import { uniform } from "./init.ts";
import { Module } from "./module.ts";

/**
 * A last layer of cosines: z_j = ⟨x, w_j⟩ / (‖x‖ ‖w_j‖), so that logits lie in [-1, 1] and all classes'
 * weight vectors have the same length. No bias.
 *
 * The weight is kept as [outFeatures, inFeatures], as in `Linear`; the authors' code keeps its transpose.
 *
 * @source Cao et al. 2019 (arXiv:1906.07413v2), implementation details of section 3.2
 */
export class CosineLinear extends Module {
  readonly weight: Tensor;
  readonly #sparse: boolean;

  /** @param sparse whether inputs are sparse, see `sparseRows`; they are dense by default */
  constructor(
    inFeatures: number,
    outFeatures: number,
    { generator, sparse = false }: { generator: Generator; sparse?: boolean },
  ) {
    super();
    this.#sparse = sparse;
    this.weight = this.parameter("weight", normalize(uniform([outFeatures, inFeatures], 1, generator), 1));
  }

  forward(input: Tensor): Tensor {
    const weight = normalize(this.weight, 1);
    if (!this.#sparse) return linear(normalize(input, 1), weight);
    return linear(input, weight).div(clamp(sparseNorms(input), { min: 1e-12 }));
  }

  /** Starts anew, with other values than before. */
  resetParameters(generator: Generator): void {
    noGrad(() => copyInto(this.weight, normalize(uniform(this.weight.shape, 1, generator), 1)));
  }
}
