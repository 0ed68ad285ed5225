import { type Generator, linear, nn, relu, tensor, type Tensor, zeros } from "@leeway/torch";
import type { ModelFamily } from "./family.ts";
import { type Classifier, classifierLayer, type ClassifierLayer, Model } from "./model.ts";

/** Neurons of the narrow layer for so many features. */
const bottleneckOf = (size: number): number => Math.max(16, Math.ceil(size / 4));

/**
 * Features of another network, changed a little before the last layer:
 *
 *     x + s · (W₂ ReLU(W₁ x + b₁) + b₂)     W₁ [D/4, D], W₂ [D, D/4], s a scale that is learned
 *
 * W₂ and b₂ begin at 0, so that it begins with the features as they are, and s at 0.1.
 *
 * @source the bottleneck beside the input: Chen et al. 2022 (arXiv:2205.13535), section 3.2
 */
export class Adapter extends Model {
  readonly down: nn.Linear;
  readonly up: nn.Linear;
  /** s, [1] */
  readonly strength: Tensor;
  readonly classifier: ClassifierLayer;

  constructor(
    size: number,
    classes: number,
    { classifier, generator }: { readonly classifier: Classifier; readonly generator: Generator },
  ) {
    super();
    const narrow = bottleneckOf(size);
    this.down = this.child("down", new nn.Linear(size, narrow, { generator }));
    const up = new nn.Linear(narrow, size, { generator });
    up.loadStateDict({ weight: zeros([size, narrow]), bias: zeros([size]) });
    this.up = this.child("up", up);
    this.strength = this.parameter("strength", tensor(Float32Array.of(0.1)));
    this.classifier = this.child("classifier", classifierLayer(classifier, [size, classes], generator));
  }

  /** [N, D] to [N, D]. */
  features(vectors: Tensor): Tensor {
    const narrow = relu(this.down.forward(vectors)); // [N, D/4]
    return vectors.add(linear(narrow, this.up.weight, this.up.bias).mul(this.strength));
  }
}

/** For embeddings that are nearly right. */
export const adapterFamily: ModelFamily<"embedding"> = {
  input: "embedding",
  names: ["adapter"],
  build: (_, { input, classes, classifier, generator }) =>
    new Adapter(input.size, classes, { classifier, generator }),
};
