import { nn, type Tensor } from "@leeway/torch";
import type { ModelFamily } from "./family.ts";
import { classifierLayer, type ClassifierLayer, Model } from "./model.ts";
import { ResNetCifar, type ResNetCifarOptions } from "./resnet-cifar.ts";

/**
 * A residual network for small images whose features have three dimensions, so that their directions can be drawn on
 * a sphere: the 64 of {@link ResNetCifar}, then a linear layer to three. The paper's own network for this figure is
 * a small one of convolutions; here it is a residual one of 8 layers.
 *
 * @source Cao et al. 2019 (arXiv:1906.07413v2), figure 5: the idea
 */
export class ResNetSphere extends Model {
  readonly backbone: ResNetCifar;
  readonly embedding: nn.Linear;
  readonly classifier: ClassifierLayer;

  constructor(classes: number, { classifier = "linear", ...options }: ResNetCifarOptions) {
    super();
    this.backbone = this.child("backbone", new ResNetCifar(classes, options));
    this.embedding = this.child("embedding", new nn.Linear(64, 3, { generator: options.generator }));
    this.classifier = this.child("linear", classifierLayer(classifier, [3, classes], options.generator));
  }

  /** [N, C, H, W] to [N, 3]. */
  features(input: Tensor): Tensor {
    return this.embedding.forward(this.backbone.features(input));
  }
}

/** `resnet8-sphere`. */
export const resnetSphereFamily: ModelFamily<"image"> = {
  input: "image",
  names: ["resnet8-sphere"],
  build: (_, { input: { channels }, classes, classifier, generator }) =>
    new ResNetSphere(classes, { depth: 8, channels, classifier, generator }),
};
