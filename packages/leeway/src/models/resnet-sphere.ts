import { nn, type Tensor } from "@leeway/torch";
import type { ModelFamily } from "./family.ts";
import { classifierLayer, type ClassifierLayer, Model } from "./model.ts";
import { ResNetCifar, type ResNetCifarOptions } from "./resnet-cifar.ts";

/**
 * A residual network for small images whose features have three dimensions, so that their directions can be drawn on
 * a sphere: the 64 of {@link ResNetCifar}, then a linear layer to three, normalised over the batch. Without that all
 * would lie in about one direction, since the 64 are means of what a ReLU leaves, and never below 0. The paper's own
 * network for this figure is another one; here it is a residual one of 8 layers.
 *
 * @source Cao et al. 2019 (arXiv:1906.07413v2), figure 5: the idea
 */
class ResNetSphere extends Model {
  readonly backbone: ResNetCifar;
  readonly embedding: nn.Linear;
  readonly norm: nn.BatchNorm2d;
  readonly classifier: ClassifierLayer;

  constructor(classes: number, { classifier = "linear", ...options }: ResNetCifarOptions) {
    super();
    this.backbone = this.child("backbone", new ResNetCifar(classes, options));
    this.embedding = this.child("embedding", new nn.Linear(64, 3, { generator: options.generator }));
    this.norm = this.child("norm", new nn.BatchNorm2d(3));
    this.classifier = this.child("linear", classifierLayer(classifier, [3, classes], options.generator));
  }

  /** [N, C, H, W] to [N, 3]. */
  features(input: Tensor): Tensor {
    const embedded = this.embedding.forward(this.backbone.features(input)); // [N, 3]
    const [examples] = embedded.shape;
    return this.norm.forward(embedded.reshape([examples!, 3, 1, 1])).reshape([examples!, 3]); // of two sizes
  }
}

/** `resnet8-sphere`. */
export const resnetSphereFamily: ModelFamily<"image"> = {
  input: "image",
  names: ["resnet8-sphere"],
  build: (_, { input: { channels }, classes, classifier, generator }) =>
    new ResNetSphere(classes, { depth: 8, channels, classifier, generator }),
};
