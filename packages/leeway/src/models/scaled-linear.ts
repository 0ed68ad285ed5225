import { copyInto, type Generator, nn, noGrad, ones, type Tensor } from "@leeway/torch";

/**
 * A linear layer whose logits each have a scale that can be learned by itself: z_j = f_j · (⟨w_j, x⟩ + b_j).
 * The scales start at 1.
 *
 * @source Kang et al. 2020 (arXiv:1910.09217), section 4: learnable weight scaling
 */
export class ScaledLinear extends nn.Module {
  readonly linear: nn.Linear;
  /** f, [K] */
  readonly scale: Tensor;

  constructor(inFeatures: number, outFeatures: number, { generator }: { generator: Generator }) {
    super();
    this.linear = this.child("linear", new nn.Linear(inFeatures, outFeatures, { generator }));
    this.scale = this.parameter("scale", ones([outFeatures]));
    this.scale.requiresGrad = false; // until `learn("scale")`: plain training is that of a linear layer
  }

  /** Starts anew, with scales of 1. */
  resetParameters(generator: Generator): void {
    this.linear.resetParameters(generator);
    noGrad(() => copyInto(this.scale, ones(this.scale.shape)));
  }

  forward(input: Tensor): Tensor {
    return this.linear.forward(input).mul(this.scale);
  }
}
