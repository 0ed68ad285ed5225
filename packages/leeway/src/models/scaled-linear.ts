import { copyInto, type Generator, linear, nn, noGrad, ones, type Tensor } from "@leeway/torch";

/**
 * A linear layer whose logits each have a scale that can be learned by itself: z_j = f_j · (⟨w_j, x⟩ + b_j).
 * The scales start at 1 and rest there until `Model.learn` lets them learn, alone or with the layer: until then it is
 * a linear layer, with the names of one and to the bit.
 *
 * @source Kang et al. 2020 (arXiv:1910.09217), section 4: learnable weight scaling
 */
export class ScaledLinear extends nn.Module {
  readonly weight: Tensor;
  readonly bias: Tensor;
  /** f, [K] */
  readonly scale: Tensor;

  constructor(inFeatures: number, outFeatures: number, { generator }: { generator: Generator }) {
    super();
    const start = new nn.Linear(inFeatures, outFeatures, { generator });
    this.weight = this.parameter("weight", start.weight); // taken over, and not to be disposed with it
    this.bias = this.parameter("bias", start.bias!); // likewise; Linear has one by default
    this.scale = this.parameter("scale", ones([outFeatures])); // the last, so that the others' places are Linear's
    this.scale.requiresGrad = false;
  }

  /** Starts anew, with scales of 1. */
  resetParameters(generator: Generator): void {
    const [outFeatures, inFeatures] = this.weight.shape as [number, number];
    const start = new nn.Linear(inFeatures, outFeatures, { generator });
    noGrad(() => {
      copyInto(this.weight, start.weight);
      copyInto(this.bias, start.bias!); // as above
      copyInto(this.scale, ones(this.scale.shape));
    });
    start.dispose();
  }

  forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias).mul(this.scale);
  }
}
