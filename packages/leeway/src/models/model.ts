import { nn, type Tensor } from "@leeway/torch";

/** What turns features into logits: a plain linear layer, or one of cosines. */
export type Classifier = "linear" | "cosine";

/** A classifier network in two parts, so that the last layer can be exchanged, frozen or trained alone. */
export abstract class Model extends nn.Module {
  /** The last layer: [N, D] to logits [N, K]. */
  abstract readonly classifier: nn.Module;

  /** Everything before it: inputs to features [N, D]. */
  abstract features(input: Tensor): Tensor;

  /** Logits [N, K]. */
  forward(input: Tensor): Tensor {
    return this.classifier.forward(this.features(input));
  }
}

/** The number of values a model learns. */
export function parameterCount(model: nn.Module): number {
  return model
    .parameters()
    .reduce((total, { shape }) => total + shape.reduce((product, size) => product * size, 1), 0);
}
