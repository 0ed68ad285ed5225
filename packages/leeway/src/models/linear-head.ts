import type { Generator, Tensor } from "@leeway/torch";
import type { ModelFamily } from "./family.ts";
import { type Classifier, classifierLayer, type ClassifierLayer, Model } from "./model.ts";

/** A last layer alone, for vectors that are features already: the embeddings of another network. */
export class LinearHead extends Model {
  readonly classifier: ClassifierLayer;

  constructor(
    size: number,
    classes: number,
    { classifier, generator }: { readonly classifier: Classifier; readonly generator: Generator },
  ) {
    super();
    this.classifier = this.child("classifier", classifierLayer(classifier, [size, classes], generator));
  }

  /** The vectors themselves, [N, D]. */
  features(vectors: Tensor): Tensor {
    return vectors;
  }
}

/** For embeddings. */
export const linearHeadFamily: ModelFamily<"embedding"> = {
  input: "embedding",
  names: ["linear"],
  build: (_, { input, classes, classifier, generator }) =>
    new LinearHead(input.size, classes, { classifier, generator }),
};
